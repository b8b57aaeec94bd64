FROM node:22 AS base
CMD exec node "$FILE"
FROM node:22
SHELL ["/bin/bash", "-c"]
CMD node .
FROM node:22
ENTRYPOINT ["node"]
CMD ["server.js"]
HEALTHCHECK CMD curl -f localhost
