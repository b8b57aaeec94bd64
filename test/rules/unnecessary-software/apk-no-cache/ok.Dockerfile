FROM alpine:3.22
RUN apk add --no-cache curl
RUN apk --no-cache add jq && echo "apk add git"
RUN apk update && apk add git && rm -rf /var/cache/apk/*
RUN --mount=type=cache,target=/var/cache/apk ln -s /var/cache/apk /etc/apk/cache && apk add bash
RUN apk del git
