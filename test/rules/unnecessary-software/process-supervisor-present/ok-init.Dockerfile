# Reaping children is no supervision.
FROM debian:13-slim
RUN apt-get install -y tini
ENTRYPOINT ["tini", "--"]
CMD ["app"]
