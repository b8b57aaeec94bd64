FROM debian:12
ARG ROOTFS
ARG VERSION=1
ADD rootfs.tar.xz /
ADD app-$VERSION.tar.gz /opt/
ADD https://example.com/a /a
ADD git@github.com:acme/tool.git#main /src
ADD https://github.com/acme/tool.git /src
ADD $ROOTFS /
COPY a b
