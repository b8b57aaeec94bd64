FROM debian:12
SHELL ["/bin/bash", "-c"]
RUN curl -fsSL https://example.com/a.tgz | tar xz
RUN <<EOF
curl -fsSL https://example.com/b.tgz | tar xz
EOF
