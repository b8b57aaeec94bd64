FROM debian:13-slim
COPY .env.example id_rsa.pub ca.pem fullchain.pem envoy.yaml key.txt /app/
