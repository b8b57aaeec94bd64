# expect: update-alone@3 low | apt-get update stands alone
FROM debian:13-slim
RUN apt-get update
RUN apt-get install -y nginx
