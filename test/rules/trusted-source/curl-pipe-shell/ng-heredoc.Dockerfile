# expect: curl-pipe-shell@5:1 high | bash
FROM debian:13-slim
RUN <<EOF
set -e
curl -s https://example.com/a.sh | bash
EOF
