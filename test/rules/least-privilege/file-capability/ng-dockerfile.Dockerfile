# expect: file-capability@3 medium | cap_net_raw to /usr/bin/ping
FROM debian:13-slim
RUN setcap cap_net_raw+ep /usr/bin/ping
