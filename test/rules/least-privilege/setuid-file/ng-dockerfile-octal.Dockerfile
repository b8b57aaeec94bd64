# expect: setuid-file@3 low | mode 4755
FROM debian:13-slim
COPY --chmod=4755 helper /usr/local/bin/
