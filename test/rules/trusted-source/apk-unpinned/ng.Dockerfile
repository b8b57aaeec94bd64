# expect: apk-unpinned@3 low | curl, git
FROM alpine:3.22
RUN apk add --no-cache --virtual .build gcc=14.2.0-r6 curl git
