# The container itself calls it.
FROM debian:13-slim
RUN apt-get install -y curl
HEALTHCHECK CMD curl -f http://localhost:8080/ || exit 1
