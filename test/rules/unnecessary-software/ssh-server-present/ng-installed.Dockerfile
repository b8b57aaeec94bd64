# expect: ssh-server-present@3 high | openssh-server
FROM debian:13-slim
RUN apt-get install -y openssh-server
