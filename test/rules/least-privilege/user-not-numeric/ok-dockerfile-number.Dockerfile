FROM debian:13-slim
USER 10001
