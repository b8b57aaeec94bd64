# expect: build-tools-in-final-stage@3 medium | 2 packages for building installed in the only stage: libpq-dev, autoconf
FROM debian:13-slim
RUN apt-get install -y libpq-dev autoconf gcc
