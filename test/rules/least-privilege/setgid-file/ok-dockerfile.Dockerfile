FROM debian:13-slim
RUN chmod 0755 /usr/bin/wall
