# expect: unverified-download@3:5 medium | https://example.com/tool-1.2.tar.gz
FROM debian:13-slim
RUN curl -fsSL https://example.com/tool-1.2.tar.gz | tar -xz -C /opt
