FROM debian:12
RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update && apt-get install -y git
RUN for i in git make; do apt-get update && apt-get install -y $i; done
