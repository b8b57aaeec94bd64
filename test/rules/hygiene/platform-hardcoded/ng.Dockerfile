# expect: platform-hardcoded@2:6 low | linux/amd64
FROM --platform=linux/amd64 debian:12 AS build
