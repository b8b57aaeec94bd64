# context: Dockerfile src/a.js dist/b.js
# dockerignore: dist *.log
# expect: copy-ignored-file@5:6 low | dist
FROM node:22
COPY dist /app/dist
COPY src /app/src
