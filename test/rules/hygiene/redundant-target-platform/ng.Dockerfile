# expect: redundant-target-platform@2 info
FROM --platform=$TARGETPLATFORM debian:12
