# expect: management-port-exposed@3 medium | 22/tcp (SSH
FROM debian:13-slim
EXPOSE 22 8080
