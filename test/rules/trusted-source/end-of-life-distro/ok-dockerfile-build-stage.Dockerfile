FROM debian:buster AS build
FROM debian:13-slim
COPY --from=build /a /a
