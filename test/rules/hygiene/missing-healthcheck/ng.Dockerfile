# expect: missing-healthcheck@4 info
FROM debian:12 AS build
HEALTHCHECK CMD true
FROM alpine:3.22
CMD ["server"]
