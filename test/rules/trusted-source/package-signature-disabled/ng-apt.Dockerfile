# expect: package-signature-disabled@3 high | apt-get is told not to check signatures (--allow-unauthenticated)
FROM debian:13-slim
RUN apt-get install -y --allow-unauthenticated nginx
