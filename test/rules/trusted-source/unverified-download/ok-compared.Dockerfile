FROM debian:13-slim
RUN curl -fsSLo t.tgz https://example.com/t.tgz && [ "$(sha256sum t.tgz | cut -d' ' -f1)" = abc ] && tar xzf t.tgz
