FROM golang:1.25 AS build
RUN apt-get install -y gcc && go build -o /app .
FROM scratch
COPY --from=build /app /app
