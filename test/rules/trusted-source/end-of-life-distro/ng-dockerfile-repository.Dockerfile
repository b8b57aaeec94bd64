# expect: end-of-life-distro@2:6 high | Debian GNU/Linux 11
FROM gcr.io/distroless/static-debian11
