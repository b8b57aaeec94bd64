# Nothing starts it: it is only carried along.
# expect: init-system-present@4 medium | systemd
FROM debian:13-slim
RUN apt-get install -y systemd
