FROM node:24-slim
ENV NODE_TLS_REJECT_UNAUTHORIZED=1 NPM_CONFIG_STRICT_SSL=true
RUN curl -fsSL -o /k https://example.com/k && npm config set strict-ssl true && tar -k -xf a.tar
