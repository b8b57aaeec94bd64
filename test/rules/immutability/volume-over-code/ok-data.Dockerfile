# Settings and content may live in a volume.
FROM debian:13-slim
COPY default.conf /etc/app/
COPY index.html /srv/www/
VOLUME /srv/www /etc/app
