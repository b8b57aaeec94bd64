FROM debian:13-slim
RUN apt-get install -y tcpdump
RUN apt-get remove -y tcpdump
