FROM node:22-slim
RUN yarn install --frozen-lockfile && yarn cache clean
RUN --mount=type=cache,target=/usr/local/share/.cache/yarn/v6 yarn install
RUN yarn install && rm -rf /usr/local/share/.cache
RUN --mount=type=cache,target=/usr/local/share/.cache yarn add serve@14.2.4
RUN yarn build && yarn run test
