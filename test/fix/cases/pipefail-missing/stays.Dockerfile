FROM debian:12
RUN curl -fsSL https://example.com/a.tgz | tar xz
FROM alpine:3.20
RUN yes | make | head -n 1
