FROM alpine:3.22
COPY infra/main.tf /srv/
