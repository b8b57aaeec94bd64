FROM debian:12
RUN <<EOF
set -e
apt-get update
apt-get install -y git
make
EOF
