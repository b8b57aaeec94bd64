# expect: monitoring-agent-present@3 medium | zabbix-agent2
FROM debian:13-slim
RUN apt-get install -y zabbix-agent2 nginx
CMD ["nginx"]
