# unsafe
FROM alpine:3.20
RUN adduser -D worker
CMD ["app"]
