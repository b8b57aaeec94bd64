FROM debian:12
RUN <<EOF
set -e
if true; then
  apt-get update
  apt-get install -y git
fi
make
EOF
