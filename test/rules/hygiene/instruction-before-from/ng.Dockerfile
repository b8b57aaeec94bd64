# expect: instruction-before-from@3 medium | LABEL
ARG VERSION=3.22
LABEL a=b
FROM alpine:$VERSION
