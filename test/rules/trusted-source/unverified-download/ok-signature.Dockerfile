FROM debian:13-slim
RUN wget -O t.tgz https://example.com/t.tgz && wget -O t.tgz.asc https://example.com/t.tgz.asc && gpg --batch --verify t.tgz.asc t.tgz && tar xzf t.tgz
