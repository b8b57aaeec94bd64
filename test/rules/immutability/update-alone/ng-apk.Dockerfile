# expect: update-alone@3 low | apk update
FROM alpine:3.23
RUN apk update && rm -rf /var/cache/apk/*
