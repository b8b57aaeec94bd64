FROM debian:13-slim
HEALTHCHECK CMD curl -s http://localhost:8080/check | sh
