FROM debian:12
LABEL version=latest
