# expect: sudoers-nopasswd@3 high | Lets app become root
FROM debian:13-slim
RUN echo 'app ALL=(ALL) NOPASSWD:ALL' >> /etc/sudoers
