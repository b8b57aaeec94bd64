# Git fetches over SSH with it.
FROM alpine:3.23
RUN apk add --no-cache git openssh-client
