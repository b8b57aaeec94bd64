# expect: process-supervisor-present@3 medium | pm2
FROM node:24-slim
RUN npm install -g pm2
