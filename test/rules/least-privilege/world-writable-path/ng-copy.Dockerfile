# expect: world-writable-path@3:6 low | mode 0666
FROM debian:13-slim
COPY --chmod=0666 settings.ini /etc/app/
