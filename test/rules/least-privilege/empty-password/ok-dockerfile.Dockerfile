# Locked again, or without a password that could be typed.
FROM debian:13-slim
RUN passwd -d app && passwd -l app && adduser --disabled-password other && useradd -p '*' third
