FROM alpine:3.20
RUN apk add --no-cache --allow-untrusted ./glibc.apk
FROM debian:12
COPY own.list /etc/apt/sources.list.d/
RUN apt-get install -y --allow-unauthenticated own
