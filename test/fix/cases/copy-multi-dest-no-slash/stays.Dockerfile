FROM debian:12
COPY a /app
COPY a b /app/
