# pin: debian:11=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
ARG TAG=11
FROM debian:12
FROM debian:$TAG
