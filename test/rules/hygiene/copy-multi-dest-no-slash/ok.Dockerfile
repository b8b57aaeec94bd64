FROM node:22
ARG DIR
ENV HOME_DIR=/home/
COPY a b /app/
COPY a b .
COPY a b ./
COPY a b ..
COPY a b $HOME_DIR
COPY a b ${DIR}
COPY --chown=1:1 a /app
COPY package*.json /app
COPY ["a", "b", "/app/"]
