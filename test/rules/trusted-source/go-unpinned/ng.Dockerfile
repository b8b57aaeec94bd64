# expect: go-unpinned@4 low | @latest
# expect: go-unpinned@5 | github.com/acme/b
FROM golang:1.24
RUN CGO_ENABLED=0 go install -ldflags "-s -w" github.com/acme/a/cmd/a@latest
RUN go get -u -v github.com/acme/b
