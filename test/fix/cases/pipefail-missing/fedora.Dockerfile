FROM fedora:40
RUN curl -fsSL https://example.com/a | \
    sed s/a/b/ > /etc/a
