FROM debian:12 AS build
RUN apt-get update && apt-get install --no-install-recommends git
FROM fedora:40
COPY --from=build /usr/bin/git /git
RUN dnf install git && dnf -q upgrade
