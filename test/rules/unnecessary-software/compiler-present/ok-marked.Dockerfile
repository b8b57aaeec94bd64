# How the official images do it: all but what is still needed goes.
FROM debian:13-slim
RUN saved="$(apt-mark showmanual)" && apt-get update && apt-get install -y gcc make && make && apt-mark auto '.*' > /dev/null && apt-get purge -y --auto-remove -o APT::AutoRemove::RecommendsImportant=false
