# expect: run-as-root@2 high confidence=high | alpine:3.23 sets none
FROM alpine:3.23
CMD ["true"]
