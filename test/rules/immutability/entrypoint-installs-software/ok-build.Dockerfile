FROM node:24-slim
RUN npm ci --omit=dev
CMD ["node", "server.js"]
