FROM golang:1.24 AS tools
RUN go install github.com/acme/a@v1.2.3 && go install ./cmd/... && go install . && go build ./...
RUN go install github.com/acme/b@${B_VERSION} && go install std

FROM tools
COPY go.mod go.sum ./
RUN go mod download && go install github.com/acme/c
