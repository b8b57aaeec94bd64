# expect: dist-upgrade@3 low | apt-get dist-upgrade
FROM debian:13-slim
RUN apt-get update && apt-get -y dist-upgrade
