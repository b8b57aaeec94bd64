# expect: password-set@3 medium | app
FROM debian:13-slim
RUN useradd -m -p "$6$salt$hash" app
