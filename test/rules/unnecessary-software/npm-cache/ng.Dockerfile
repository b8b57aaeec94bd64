# expect: npm-cache@4 | npm ci
# expect: npm-cache@5
FROM node:22-slim
RUN npm ci --omit=dev
RUN npm i -g pm2@6.0.8 && npm cache verify
