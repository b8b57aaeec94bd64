FROM debian:13-slim
RUN apt-get install -y sudo && apt-get purge -y sudo
