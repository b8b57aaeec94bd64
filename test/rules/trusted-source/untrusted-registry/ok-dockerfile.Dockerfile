# trusted: registry.example.com/team/**
FROM registry.example.com/team/build:3 AS build
FROM gcr.io/distroless/static-debian13
COPY --from=build /a /a
COPY --from=busybox:1.37 /bin/busybox /bin/
