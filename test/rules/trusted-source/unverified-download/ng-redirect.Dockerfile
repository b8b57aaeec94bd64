# expect: unverified-download@3 medium
FROM debian:13-slim
RUN curl -s https://example.com/a > /usr/local/bin/a && chmod +x /usr/local/bin/a
