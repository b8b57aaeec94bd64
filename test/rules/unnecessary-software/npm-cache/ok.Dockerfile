FROM node:22 AS build
RUN npm ci && npm run build

FROM node:22-slim
RUN npm ci --omit=dev && npm cache clean --force
RUN --mount=type=cache,target=/home/node/.npm npm ci
RUN npm install -g pm2@6.0.8 && rm -rf /root/.npm /tmp/*
RUN npm install --cache /tmp/npm && rm -rf /tmp/npm
RUN npm run build
