# What a build without --build-arg makes of it.
# expect: run-as-root@5 high confidence=medium
FROM alpine:3.23
ARG RUN_AS=root
USER $RUN_AS
