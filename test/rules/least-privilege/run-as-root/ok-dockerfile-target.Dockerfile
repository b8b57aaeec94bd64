# target: app
# Only the stage that is built counts.
FROM alpine:3.23 AS app
USER 10001
FROM alpine:3.23 AS debug
