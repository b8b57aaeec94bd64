# expect: privileged-port-exposed@4 info | Exposes 80/tcp while it runs as 10001
FROM alpine:3.23
USER 10001
EXPOSE 80/tcp 8080
