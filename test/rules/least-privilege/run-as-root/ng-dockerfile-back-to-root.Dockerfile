# expect: run-as-root@4 high
FROM alpine:3.23
USER 10001
USER root
