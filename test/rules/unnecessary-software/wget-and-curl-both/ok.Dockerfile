FROM debian:12 AS one
RUN wget -q https://example.com/a && apt-get install -y curl wget

FROM debian:12
COPY --from=one /a /a
RUN apt-get install -y curl && curl -fsS https://example.com/b && echo wget
RUN apt-get install -y wget && apt-get purge -y wget
HEALTHCHECK CMD wget -q http://localhost || exit 1
