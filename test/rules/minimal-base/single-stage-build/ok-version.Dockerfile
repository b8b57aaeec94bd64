FROM golang:1.25
RUN make --version && go version
