# expect: compiler-present@2:6 medium | golang:1.25-alpine, which holds the Go toolchain
FROM golang:1.25-alpine
RUN go build -o /app .
