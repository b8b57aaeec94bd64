FROM alpine:3.23
RUN apk add --no-cache openssh-client && ssh-keyscan github.com >> /etc/ssh/ssh_known_hosts
