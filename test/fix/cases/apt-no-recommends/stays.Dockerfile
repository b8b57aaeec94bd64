FROM debian:12
RUN apt-get install -y --no-install-recommends git
RUN apt-get install -y task-ssh-server
RUN echo 'apt-get install -y git'
