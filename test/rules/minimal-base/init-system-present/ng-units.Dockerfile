# expect: init-system-present@3 high | nginx
FROM fedora:43
RUN systemctl enable nginx
