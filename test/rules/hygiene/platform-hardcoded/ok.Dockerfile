ARG PLATFORM=linux/amd64
FROM --platform=$BUILDPLATFORM debian:12 AS build
FROM --platform=linux/arm64 debian:12 AS build-arm64
FROM --platform=$PLATFORM debian:12
FROM --platform=windows/amd64 mcr.microsoft.com/windows/nanoserver:ltsc2022
FROM debian:12
