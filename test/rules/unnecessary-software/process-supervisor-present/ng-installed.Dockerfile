# expect: process-supervisor-present@3 medium | supervisor
FROM debian:13-slim
RUN apt-get install -y supervisor nginx
CMD ["supervisord", "-n"]
