FROM debian:13-slim
RUN curl -fsSLo t.tgz https://example.com/t.tgz && echo "$SUM  t.tgz" | sha256sum -c - && tar xzf t.tgz
