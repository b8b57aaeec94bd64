# expect: copy-from-stage-number@4 info
FROM debian:12 AS build
FROM debian:12
COPY --from=0 /a /b
