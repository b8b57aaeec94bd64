# expect: undefined-arg-in-from@4:6 medium | $VERSOIN
# expect: undefined-arg-in-from@6 | $OTHER
ARG VERSION=3.22
FROM alpine:$VERSOIN
ARG OTHER=12
FROM debian:${OTHER}
