# context: .env .env.example src/app.js
# dockerignore: .env
FROM node:24-slim
COPY . /app
