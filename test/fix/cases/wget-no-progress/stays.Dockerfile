FROM alpine:3.20
RUN wget https://example.com/a
FROM debian:12
RUN wget -q https://example.com/a
