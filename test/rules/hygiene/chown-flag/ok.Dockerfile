FROM node:22 AS build
COPY --chown=node . /app
FROM node:22
COPY --chown=root:root . /app
COPY --chown=0:0 --chmod=755 a /b
COPY a /c
