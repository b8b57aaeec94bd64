# syntax=docker/dockerfile:1
# a comment
ARG VERSION=3.22
FROM alpine:$VERSION
LABEL a=b
