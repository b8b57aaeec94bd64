# TAG is the release to build on
ARG TAG=22
# The folder for the files
ARG DIR=/app
# hadolint ignore=DL3006
FROM node AS build
# build what is needed

FROM node:22 AS test
# checkout
RUN true
