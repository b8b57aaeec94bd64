FROM debian:12
ADD https://example.com/app.conf /etc/app.conf
ADD app.tar.gz /app
ADD rootfs /
ARG SRC=app.conf
ADD $SRC /etc/
ADD * /app/
