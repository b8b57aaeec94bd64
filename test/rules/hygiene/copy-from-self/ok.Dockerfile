FROM debian:12 AS build
FROM debian:12 AS final
COPY --from=build /final /b
COPY --from=0 /a /b
