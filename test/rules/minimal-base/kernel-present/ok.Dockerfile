# Headers of the kernel's interface are for building, and a rule of their own.
FROM alpine:3.23
RUN apk add --no-cache linux-headers
