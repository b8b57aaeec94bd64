# unsafe
FROM node:22
ENV NODE_TLS_REJECT_UNAUTHORIZED=0
ENV A=b GIT_SSL_NO_VERIFY=1 \
    C=d
ENV GIT_SSL_NO_VERIFY=true E=f
RUN npm config set strict-ssl false && npm ci
RUN curl -k https://10.0.0.1/a -o a
