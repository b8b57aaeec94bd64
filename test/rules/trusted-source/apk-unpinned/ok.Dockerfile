FROM alpine:3.22
RUN apk add --no-cache curl=8.14.1-r1 git~2.49 'python3>3.12' 'py3-pip>=25' --virtual .deps
RUN apk add --no-cache --repository http://dl-cdn.alpinelinux.org/alpine/edge/testing hey=0.1.4-r0
RUN apk add --no-cache $DEPS ./local.apk && apk del .deps
