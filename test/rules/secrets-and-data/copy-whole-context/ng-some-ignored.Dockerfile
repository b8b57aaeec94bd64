# expect: copy-whole-context@5:6 low | which holds deploy/id_rsa
# context: .git/HEAD .env deploy/id_rsa src/app.js
# dockerignore: .git .env*
FROM node:24-slim
COPY ./ /app
