FROM debian:12 AS build
RUN apt-get update && apt-get install -y gcc

FROM debian:12
RUN apt-get update \
 # a comment in between
 && apt-get install -y curl \
 && rm -rf /tmp/* /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y jq && rm -rf /var/lib/{apt,dpkg,cache,log}/
RUN --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update && apt-get install -y git
RUN apt-get update && apt-get install -y gnupg && find /var/lib/apt/lists -mindepth 1 -delete
RUN clean() { rm -rf /var/lib/apt/lists; }; apt-get update; apt-get install -y less; clean
RUN apt-get update && apt-get install -y tzdata && apt-get dist-clean
RUN <<EOF
set -e
apt-get update
apt-get install -y ca-certificates
rm -r /var/lib/apt/lists/*
EOF
RUN echo "apt-get update" && apt-get update && /usr/local/bin/docker-cleanup.sh
