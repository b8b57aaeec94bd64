FROM node:22
RUN yarn && yarn cache clean
