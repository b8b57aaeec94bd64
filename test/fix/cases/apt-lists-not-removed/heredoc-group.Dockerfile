FROM debian:12
RUN <<EOF
if true; then
  apt-get update
  apt-get install -y git
fi

(apt-get update; apt-get install -y make)
EOF
