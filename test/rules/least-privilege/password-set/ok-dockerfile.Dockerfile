FROM debian:13-slim
RUN useradd -m app && usermod -p '!' app && echo "chpasswd is not run here"
