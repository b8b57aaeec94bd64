FROM debian:12
RUN apt update && apt install -y curl
RUN apt -y full-upgrade; apt-cache policy; apt show curl
RUN if true; then apt upgrade -y; fi
