# expect: sudoers-nopasswd@4 high
FROM debian:13-slim
COPY <<EOF /etc/sudoers.d/app
app ALL=(ALL) NOPASSWD: ALL
EOF
