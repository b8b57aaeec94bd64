FROM debian:12 AS build
FROM debian:12
COPY --from=build /a /b
COPY --from=7 /a /b
