# expect: network-tool-present@3 medium | nmap, netcat-openbsd
FROM debian:13-slim
RUN apt-get update && apt-get install -y --no-install-recommends nmap netcat-openbsd && rm -rf /var/lib/apt/lists/*
