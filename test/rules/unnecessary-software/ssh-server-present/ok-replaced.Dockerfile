# A CMD that a later one replaces never runs.
FROM alpine:3.23
CMD ["sshd", "-D"]
CMD ["app"]
