# expect: chown-flag@4:6 info | to node:node
# expect: chown-flag@5
FROM node:22
COPY --chown=node:node . /app
ADD --link --chown=1000 a.tar.gz /x/
