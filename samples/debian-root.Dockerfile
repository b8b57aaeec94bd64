FROM debian:13-slim
RUN apt-get update && apt-get install -y --no-install-recommends openssl
WORKDIR /srv/shop
COPY . .
EXPOSE 80
ENTRYPOINT ["/srv/shop/start.sh"]
