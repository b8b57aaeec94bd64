# expect: copy-from-unknown-stage@7:6 low confidence=medium | no stage above
# expect: copy-from-unknown-stage@8 | only 2 stages
# expect: copy-from-unknown-stage@9 | comes later
# expect: copy-from-unknown-stage@10 | variables
# expect: copy-from-unknown-stage@11 confidence=medium | RUN
FROM debian:12
COPY --from=biulder /a /b
COPY --from=2 /a /b
COPY --from=late /a /b
COPY --from=$IMAGE /a /b
RUN --mount=type=bind,from=missing,target=/x true
FROM debian:12 AS late
