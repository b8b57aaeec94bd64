# expect: service-daemon-present@3 medium | 2 system services are installed beside the workload: cron, rsyslog
FROM debian:13-slim
RUN apt-get install -y cron rsyslog nginx
CMD ["nginx", "-g", "daemon off;"]
