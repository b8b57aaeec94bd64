FROM debian:13-slim
RUN apt-get install -y nginx && apk index --allow-untrusted -o index *.apk && echo --nogpgcheck
