# Low ports are the one use that is allowed; -r takes away.
FROM debian:13-slim
RUN setcap 'cap_net_bind_service=+ep' /usr/sbin/nginx && setcap -r /usr/bin/ping
