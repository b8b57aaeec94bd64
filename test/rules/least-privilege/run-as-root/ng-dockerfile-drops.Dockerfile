# expect: run-as-root@2 high confidence=medium | su-exec in the entrypoint is there to drop it
FROM alpine:3.23
RUN apk add --no-cache su-exec
COPY start.sh /
ENTRYPOINT ["/start.sh"]
