# expect: tls-verification-disabled@3:5 high | curl -fksSL
FROM debian:13-slim
RUN curl -fksSL https://example.com/a -o /a
