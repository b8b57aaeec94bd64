FROM debian:12 AS base
ARG GIT_VERSION
RUN apt-get install -y curl=7.88.1-10+deb12u12 libc6:amd64=2.36-9 git="$GIT_VERSION" python3=3.*
RUN apt-get install -y $PACKAGES $(cat packages.txt) ./tool.deb /tmp/*.deb
RUN apt-get install -y nginx/bookworm-backports && apt-get remove -y git
RUN echo "apt-get install curl" # apt-get install wget
RUN xargs apt-get install -y < packages.txt

FROM debian:12 AS unused
RUN apt-get install -y vim

FROM base
RUN echo "deb [check-valid-until=no] https://snapshot.debian.org/archive/debian/20260101T000000Z bookworm main" > /etc/apt/sources.list \
 && apt-get update && apt-get install -y tzdata
