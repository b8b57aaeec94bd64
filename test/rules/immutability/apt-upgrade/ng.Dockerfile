# expect: apt-upgrade@3 low | apt-get upgrade
FROM debian:13-slim
RUN apt-get update && apt-get upgrade -y
