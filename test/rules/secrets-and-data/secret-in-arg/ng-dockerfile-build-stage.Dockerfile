# What a stage that does not ship is given is in no image, only in caches.
# expect: secret-in-arg@4 low confidence=medium
FROM node:24-slim AS build
ARG NPM_TOKEN
RUN npm ci
FROM node:24-slim
COPY --from=build /app /app
