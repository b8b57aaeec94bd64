# apk's openssh holds both ends: starting sshd tells.
# expect: ssh-server-present@5 high | Starts an SSH server (sshd)
FROM alpine:3.23
RUN apk add --no-cache openssh
CMD ["/usr/sbin/sshd", "-D"]
