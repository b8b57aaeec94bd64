# A number is root whatever it is called, and a later USER wins.
# expect: run-as-root@4 high | Runs as root by its number (USER 0)
FROM alpine:3.23
USER 0
RUN true
