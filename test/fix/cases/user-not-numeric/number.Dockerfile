FROM debian:12
RUN groupadd app && useradd --uid 1001 -g app app
USER app:app
CMD ["app"]
