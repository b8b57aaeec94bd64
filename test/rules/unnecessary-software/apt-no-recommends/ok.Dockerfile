FROM debian:12 AS build
RUN apt-get update && apt-get install -y gcc

FROM debian:12 AS base
RUN apt-get install -y --no-install-recommends curl
RUN apt-get -y -o APT::Install-Recommends=false install wget
RUN apt-get -yq --no-install-recommends install $PACKAGES
RUN apt-get $APT_OPTIONS install jq
RUN apt-get install -s git && echo apt-get install git
RUN printf 'APT::Install-Recommends "0";\nAPT::Install-Suggests "0";\n' > /etc/apt/apt.conf.d/99local

FROM base
RUN apt-get install -y less
