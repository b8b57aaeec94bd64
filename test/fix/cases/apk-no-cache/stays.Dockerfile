FROM alpine:3.20
RUN apk add --no-cache curl
RUN --mount=type=cache,target=/etc/apk/cache apk add git
RUN apk update
