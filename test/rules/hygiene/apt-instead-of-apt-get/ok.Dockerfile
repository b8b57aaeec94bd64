FROM debian:12
RUN apt-get update && echo "apt install x" && mkdir -p /etc/apt && apt-cache show apt
