FROM debian:12
RUN apt-get update && apt-get install -y git ca-certificates && apt-get -qy install --fix-missing make
