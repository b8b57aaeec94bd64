FROM debian:13-slim
RUN useradd --uid 10001 app
USER app
