FROM node:24-slim
WORKDIR /app
COPY . .
VOLUME /data
