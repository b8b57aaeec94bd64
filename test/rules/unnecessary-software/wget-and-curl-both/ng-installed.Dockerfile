# expect: wget-and-curl-both@3 | installed
FROM debian:12
RUN apt-get install -y curl git wget
