# expect: sudo-used@3:24 medium | Installs sudo
FROM debian:13-slim
RUN apt-get install -y sudo
