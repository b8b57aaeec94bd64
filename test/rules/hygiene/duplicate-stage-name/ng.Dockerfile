# expect: duplicate-stage-name@4:21 medium | line 3
# expect: duplicate-stage-name@5
FROM debian:12 AS build
FROM alpine:3.22 AS Build
FROM scratch AS build
