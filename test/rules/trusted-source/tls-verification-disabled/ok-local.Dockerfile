# Nobody stands between a container and itself.
FROM debian:13-slim
RUN curl -k https://127.0.0.1:8443/ready
HEALTHCHECK CMD curl -fk https://localhost:8443/health || exit 1
