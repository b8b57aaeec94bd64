FROM debian:12-slim
COPY shop /srv/shop
RUN rm -rf /var/lib/dpkg /usr/bin/apt* /usr/bin/dpkg*
USER 10001:10001
ENTRYPOINT ["/srv/shop"]
