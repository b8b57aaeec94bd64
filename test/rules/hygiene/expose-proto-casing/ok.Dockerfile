FROM debian:12
ENV P=80
EXPOSE 80/tcp 53/udp $P
