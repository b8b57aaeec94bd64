# expect: full-os-base@2:6 medium | Built on debian:13, a general-purpose distribution
FROM debian:13
COPY app /app
