# How the official images do it: what the build needed is gone when the RUN ends.
FROM debian:13-slim
RUN apt-get update && apt-get install -y gcc && make && apt-get purge -y --auto-remove gcc
