FROM alpine:3.20
RUN wget -qO- https://example.com/a.tgz | tar xz
RUN set -e; \
    wget -qO- https://example.com/b.tgz | tar xz
