# expect: apk-no-cache@4
# expect: apk-no-cache@5 | apk update
FROM alpine:3.22
RUN apk add curl=8.14.1-r1
RUN apk update && apk add --no-cache git
