FROM alpine:3.20
RUN <<EOF
set -e

apk update && apk add curl
make && apk update; apk add git
EOF
