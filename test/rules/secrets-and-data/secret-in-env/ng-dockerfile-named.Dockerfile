# expect: secret-in-env@4:5 high confidence=medium | ENV NPM_TOKEN keeps a secret
FROM debian:13-slim
ARG NPM_TOKEN
ENV NPM_TOKEN=$NPM_TOKEN
