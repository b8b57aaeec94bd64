FROM debian:12 AS build
FROM debian:12
COPY --from=build /out/app.tar.gz /tmp/
RUN tar xzf /tmp/app.tar.gz
COPY kept.tar.gz /srv/
RUN tar czf kept.tar.gz /etc && echo tar xf kept.tar.gz
ADD other.tar.gz /opt/
RUN --mount=type=bind,source=third.tar.gz,target=/t.tar.gz tar xf /t.tar.gz
