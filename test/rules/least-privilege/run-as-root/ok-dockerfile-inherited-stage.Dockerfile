# FROM an earlier stage takes its USER along.
FROM alpine:3.23 AS base
USER 10001
FROM base
COPY app /app
