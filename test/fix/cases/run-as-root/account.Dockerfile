# unsafe
FROM debian:12
RUN useradd -r -u 4711 worker
USER root
CMD ["app"]
