FROM debian:12 AS base
ARG DIR=/x
COPY a /app/
COPY a $DIR/
WORKDIR /app
FROM base
COPY . .
FROM golang:1.24
COPY . .
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
COPY a C:\\app\\
