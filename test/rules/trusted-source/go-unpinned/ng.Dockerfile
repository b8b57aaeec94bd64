# expect: go-unpinned@7 | @master
# expect: go-unpinned@5 low | @latest
# expect: go-unpinned@6 | github.com/acme/b
FROM golang:1.24
RUN CGO_ENABLED=0 go install -ldflags "-s -w" github.com/acme/a/cmd/a@latest
RUN go get -u -v github.com/acme/b
RUN go run example.com/gen@master ./...
