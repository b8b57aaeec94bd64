FROM debian:12
COPY a b /app
COPY ["a b", "c", "/app"]
