# expect: sudoers-nopasswd@3 high
FROM debian:13-slim
RUN sed -i 's/%sudo.*ALL/%sudo ALL=(ALL) NOPASSWD:ALL/' /etc/sudoers
