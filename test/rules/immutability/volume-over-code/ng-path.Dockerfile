# expect: volume-over-code@3 medium | the system's own programs
FROM debian:13-slim
VOLUME ["/usr/local/bin", "/var/lib/app"]
