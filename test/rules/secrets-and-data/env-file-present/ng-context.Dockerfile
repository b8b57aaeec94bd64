# expect: env-file-present@4:6 medium | Takes 2 environment files of the build context along: .env, deploy/prod.env
# context: .env .env.example deploy/prod.env src/app.js
FROM node:24-slim
COPY . /app
