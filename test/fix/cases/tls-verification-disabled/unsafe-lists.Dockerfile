# unsafe
FROM node:22
RUN echo a && npm config set strict-ssl false; npm ci
RUN npm config set strict-ssl false || exit 1; npm ci
RUN npm ci && npm config set strict-ssl false
RUN npm config set strict-ssl false
