# expect: world-writable-path@3:5 low | Opens /srv/data for writing by everybody (mode 777)
FROM debian:13-slim
RUN chmod -R 777 /srv/data
