# expect: sudoers-nopasswd@3 medium | run commands as root
FROM debian:13-slim
RUN echo 'app ALL=(root) NOPASSWD: /usr/local/bin/fix-rights' > /etc/sudoers.d/app
