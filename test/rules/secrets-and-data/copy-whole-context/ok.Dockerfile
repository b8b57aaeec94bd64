# context: .git/HEAD .env src/app.js node_modules/a/index.js
# dockerignore: .git .env* node_modules
FROM node:24-slim
COPY . /app
