# The sticky bit, the owner's own right, and a right that is taken away.
FROM debian:13-slim
RUN mkdir -m 1777 /srv/tmp && chmod 1777 /tmp && chmod u+w,g+w /opt/app && chmod +x /start.sh && chmod o-w /etc/app && chmod 755 /srv
