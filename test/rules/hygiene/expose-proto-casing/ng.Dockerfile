# expect: expose-proto-casing@3:15 info | 53/UDP
FROM debian:12
EXPOSE 80/tcp 53/UDP
