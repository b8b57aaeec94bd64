FROM alpine:3.23
RUN apk add --no-cache dcron
ENTRYPOINT ["tini", "--", "crond", "-f"]
