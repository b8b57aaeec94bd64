# expect: yarn-cache@5 | yarn install
# expect: yarn-cache@6
# expect: yarn-cache@7
FROM node:22-slim
RUN yarn install --frozen-lockfile
RUN yarn global add serve@14.2.4
RUN yarn && yarn build
