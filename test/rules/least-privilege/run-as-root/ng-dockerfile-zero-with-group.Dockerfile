# expect: run-as-root@3 high | USER 0:0
FROM alpine:3.23
USER 0:0
