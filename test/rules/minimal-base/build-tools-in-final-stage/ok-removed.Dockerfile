FROM alpine:3.23
RUN apk add --no-cache -t .build openssl-dev && ./configure && apk del --no-network .build
