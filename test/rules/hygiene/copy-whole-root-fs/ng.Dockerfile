# expect: copy-whole-root-fs@6 low | debian:12-slim
# expect: copy-whole-root-fs@7 confidence=medium | acme/tools:1
# expect: copy-whole-root-fs@9 | all of that stage
FROM debian:12 AS build
FROM debian:12-slim
COPY --from=build / /
COPY --from=acme/tools:1 / /
FROM scratch
COPY --from=build / /
