# syntax=docker/dockerfile:1
# The digests are examples: take those of the images that you tested.
FROM node:24-alpine@sha256:64e0a9d3f5c0b3ba3b1ac1d2e9b31ed4f6a51d79d6cbf1a4a3a51d3f8f2b1c07
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY --chown=root:root . .
USER node
EXPOSE 3000
ENTRYPOINT ["node"]
CMD ["server.js"]
