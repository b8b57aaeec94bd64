FROM debian:12 AS Builder
FROM debian:12
COPY --from=builder /a /b
COPY --from=0 /a /b
COPY --from=composer /usr/bin/composer /usr/bin/
COPY --from=nginx:1.29 /a /b
COPY --from=ghcr.io/acme/tool /a /b
COPY a b
RUN --mount=type=bind,from=builder,target=/x true
RUN --mount=type=cache,target=/x true
