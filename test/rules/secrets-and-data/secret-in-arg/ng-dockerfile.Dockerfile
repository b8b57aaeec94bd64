# expect: secret-in-arg@4:5 high confidence=medium | ARG NPM_TOKEN takes a secret
# expect: secret-in-arg@5:17 high | (****) in Dockerfile:5
FROM node:24-slim
ARG NPM_TOKEN
ARG DB_PASSWORD=<<password>>
