# expect: tls-verification-disabled@5:5 high | for everything that comes after
# expect: tls-verification-disabled@6:5 high | for everything that comes after
# expect: tls-verification-disabled@7:5 high
FROM node:24-slim
ENV NODE_TLS_REJECT_UNAUTHORIZED=0
ENV NPM_CONFIG_STRICT_SSL false
RUN PYTHONHTTPSVERIFY=0 python3 fetch.py
