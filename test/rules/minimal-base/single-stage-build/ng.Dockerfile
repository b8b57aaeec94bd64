# expect: single-stage-build@4 low | go build
FROM golang:1.25
COPY . .
RUN CGO_ENABLED=0 go build -o /app .
