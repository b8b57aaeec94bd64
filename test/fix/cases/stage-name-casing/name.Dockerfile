FROM debian:12 AS Build
FROM scratch
COPY --from=Build /a /a
