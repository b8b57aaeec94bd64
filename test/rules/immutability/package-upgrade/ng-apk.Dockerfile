# expect: package-upgrade@3 low | apk upgrade
FROM alpine:3.23
RUN apk upgrade --no-cache
