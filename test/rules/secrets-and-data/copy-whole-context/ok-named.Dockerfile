FROM node:24-slim
COPY src package.json /app/
