FROM debian:12 AS build
FROM debian:12-slim AS files
COPY --from=build /opt/app /
COPY --from=build / /target
COPY rootfs/ /
FROM tonistiigi/xx:1.6.1 AS xx
FROM scratch AS out
COPY app /app
FROM golang:1.24-alpine
COPY --from=xx / /
COPY --from=out / /
COPY --from=crazymax/osxcross:latest / /
