FROM debian:12
RUN apt-get install -qy git && yes | apt-get install make
