# expect: user-not-numeric@4 low | USER app is a name
FROM debian:13-slim
RUN useradd app
USER app
