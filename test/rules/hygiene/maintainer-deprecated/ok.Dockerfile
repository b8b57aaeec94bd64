FROM debian:12
LABEL maintainer="somebody@example.com" org.opencontainers.image.authors="somebody@example.com"
