FROM debian:13-slim
RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} + && chmod 0755 /usr/bin/su
