# What a build stage starts from decides what is built.
# expect: base-tag-latest@3 medium
FROM golang:latest AS build
FROM scratch
COPY --from=build /app /app
