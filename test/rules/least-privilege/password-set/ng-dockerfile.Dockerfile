# expect: password-set@3 medium | Sets a password for root
FROM debian:13-slim
RUN echo 'root:toor' | chpasswd
