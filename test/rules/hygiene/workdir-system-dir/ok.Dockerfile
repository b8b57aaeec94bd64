FROM debian:12
WORKDIR /
WORKDIR /etc/nginx
WORKDIR /usr/src/app
WORKDIR /developer
