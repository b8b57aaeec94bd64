# expect: copy-whole-context@4:6 low confidence=high | which holds .env, .git/
# context: .git/HEAD .env src/app.js package.json
FROM node:24-slim
COPY . /app
