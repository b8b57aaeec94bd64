FROM debian:13-slim
RUN build='gcc make' && apt-get update && apt-get install -y $build && make install && apt-get purge -y --auto-remove $build
