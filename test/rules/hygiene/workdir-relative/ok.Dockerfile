FROM debian:12 AS base
ARG DIR
WORKDIR "/app"
WORKDIR sub
FROM base
WORKDIR deeper
FROM debian:12
ENV HOME_DIR=/home/app
WORKDIR $HOME_DIR/x
FROM debian:12
ARG DIR
WORKDIR ${DIR}
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
WORKDIR C:\\app
