FROM --platform=$BUILDPLATFORM debian:12 AS build
FROM --platform=${TARGETPLATFORM:-linux/amd64} debian:12
FROM debian:12
