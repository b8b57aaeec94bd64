# expect: empty-password@3 critical | app
FROM debian:13-slim
RUN useradd -p '' app
