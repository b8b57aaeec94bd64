FROM debian:13-slim AS build
RUN apt-get install -y libpq-dev autoconf
FROM debian:13-slim
RUN apt-get install -y libpq5
COPY --from=build /a /a
