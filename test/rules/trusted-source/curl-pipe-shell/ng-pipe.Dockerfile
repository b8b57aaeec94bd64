# expect: curl-pipe-shell@3:5 high | curl hands https://get.example.com to sh
FROM debian:13-slim
RUN curl -fsSL https://get.example.com | sh
