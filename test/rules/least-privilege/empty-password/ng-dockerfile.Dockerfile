# expect: empty-password@3 critical | root
FROM debian:13-slim
RUN passwd -d root
