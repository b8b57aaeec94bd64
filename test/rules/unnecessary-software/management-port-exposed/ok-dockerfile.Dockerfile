FROM debian:13-slim
EXPOSE 8080
