# pin: docker.io/library/debian:latest=sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
FROM --platform=linux/amd64 debian:latest
