# expect: consecutive-copy@5 info | 3 COPY
FROM node:22
WORKDIR /app
COPY package.json ./
COPY yarn.lock .
COPY lib .
RUN true
COPY --chown=1 a /x/
