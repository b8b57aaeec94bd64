FROM node:22
RUN yarn install --frozen-lockfile || exit 1
