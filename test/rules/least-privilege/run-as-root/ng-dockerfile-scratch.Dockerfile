# expect: run-as-root@3 high | because no USER is set
FROM golang:1.25 AS build
FROM scratch
COPY --from=build /app /app
