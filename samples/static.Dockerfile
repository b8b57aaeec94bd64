# syntax=docker/dockerfile:1
# The digests are examples: take those of the images that you tested.
FROM golang:1.26@sha256:5f3787b7f902c07c7ec4f3aa91a301a3eda8133aa32661a3b3a3a86ab3a68a36 AS build
WORKDIR /src
COPY go.mod go.sum ./
COPY cmd ./cmd
RUN CGO_ENABLED=0 go build -trimpath -o /out/shop ./cmd/shop

FROM scratch
COPY --from=build /out/shop /shop
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/shop"]
