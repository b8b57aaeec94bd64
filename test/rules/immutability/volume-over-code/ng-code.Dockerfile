# expect: volume-over-code@5 medium | VOLUME /app lies over code
FROM node:24-slim
WORKDIR /app
COPY . .
VOLUME /app
