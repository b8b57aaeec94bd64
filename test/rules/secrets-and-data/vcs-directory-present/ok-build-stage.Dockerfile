FROM golang:1.26 AS build
COPY .git /src/.git
FROM scratch
COPY --from=build /src/app /app
