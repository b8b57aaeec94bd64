# expect: base-tag-latest@3 medium confidence=medium
ARG TAG=latest
FROM debian:$TAG
