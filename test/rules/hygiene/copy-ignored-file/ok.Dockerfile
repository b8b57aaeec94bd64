# context: Dockerfile src/a.js dist/b.js
# dockerignore: dist !dist/b.js
FROM node:22 AS build
FROM node:22
COPY . /app
COPY dist/b.js /app/
COPY --from=build dist /app/dist
