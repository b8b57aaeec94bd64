FROM alpine:3.20
RUN apk add curl
RUN apk update && apk upgrade && \
    apk add --virtual .build gcc \
      # a header
      musl-dev && make
