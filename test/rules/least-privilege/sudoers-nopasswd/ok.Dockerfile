FROM debian:13-slim
RUN echo '# app ALL=(ALL) NOPASSWD:ALL' >> /etc/sudoers && echo 'NOPASSWD is off' > /etc/motd
