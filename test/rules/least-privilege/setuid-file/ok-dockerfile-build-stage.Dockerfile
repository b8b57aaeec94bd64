# What a build stage does to its own files stays there.
FROM debian:13-slim AS build
RUN chmod u+s /usr/bin/tool
FROM debian:13-slim
USER 10001
