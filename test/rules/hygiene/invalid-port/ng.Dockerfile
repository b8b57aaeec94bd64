# expect: invalid-port@5 medium | 80000
# expect: invalid-port@6
# expect: invalid-port@7
FROM debian:12
EXPOSE 80 80000
EXPOSE http
EXPOSE 80/icmp
