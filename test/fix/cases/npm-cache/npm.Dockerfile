FROM node:22
RUN npm ci
RUN cd /app && (npm install -g serve && npm install) && npm run build
