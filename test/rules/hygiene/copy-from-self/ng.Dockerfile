# expect: copy-from-self@5 medium | build
# expect: copy-from-self@6 | 0
# expect: copy-from-self@7 | RUN
FROM debian:12 AS build
COPY --from=build /a /b
COPY --from=0 /a /b
RUN --mount=type=bind,from=Build,target=/x true
