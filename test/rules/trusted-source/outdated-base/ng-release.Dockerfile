# expect: outdated-base@2:6 medium | has replaced it since
FROM alpine:3.21.3
