FROM debian:13 AS build
FROM gcr.io/distroless/static-debian13
COPY --from=build /app /app
