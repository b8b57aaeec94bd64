# USER does not travel with COPY --from: the last stage starts from its own base again.
# expect: run-as-root@5 high | USER is set in stage build only
FROM golang:1.25 AS build
USER 10001
FROM alpine:3.23
COPY --from=build /app /app
