# expect: workdir-system-dir@4:9 medium | /proc/self/fd/8
# expect: workdir-system-dir@5 low | /usr/bin
FROM debian:12
WORKDIR /proc/self/fd/8
WORKDIR /usr/bin/
