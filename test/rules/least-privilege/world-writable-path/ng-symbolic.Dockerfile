# expect: world-writable-path@4:5 low | /opt/app
# expect: world-writable-path@4:29 low | /opt/more
FROM debian:13-slim
RUN chmod a+rwX /opt/app && chmod ugo=rwx /opt/more
