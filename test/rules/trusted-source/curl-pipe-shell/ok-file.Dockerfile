FROM debian:13-slim
RUN curl -o /tmp/a.sh https://example.com/a.sh && echo "0123  /tmp/a.sh" | sha256sum -c - && sh /tmp/a.sh
