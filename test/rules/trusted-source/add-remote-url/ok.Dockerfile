FROM debian:13-slim
ADD --checksum=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef https://example.com/tool.tar.gz /opt/
ADD https://github.com/moby/buildkit.git#v0.25.0 /src
ADD local.tar.gz /opt/
