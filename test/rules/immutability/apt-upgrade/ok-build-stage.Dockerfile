FROM debian:13-slim AS build
RUN apt-get update && apt-get upgrade -y
FROM scratch
COPY --from=build /a /a
