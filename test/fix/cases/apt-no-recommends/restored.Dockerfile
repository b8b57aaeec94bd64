FROM debian:12 AS build
RUN apt-get update && apt-get install -y curl gcc
FROM debian:12
COPY --from=build /usr/bin/gcc /gcc
RUN apt-get update && apt-get install -qq -y \
        # to fetch
        wget \
        less
RUN apt-get install -y git
