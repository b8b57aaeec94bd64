# syntax=docker/dockerfile:1
FROM alpine:3.22
run --mount=type=cache,target=/x true
ENV A=b C=d
ONBUILD RUN true
HEALTHCHECK NONE
STOPSIGNAL SIGTERM
