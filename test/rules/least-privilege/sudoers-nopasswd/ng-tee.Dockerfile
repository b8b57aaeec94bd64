# expect: sudoers-nopasswd@3 high | %wheel
FROM fedora:43
RUN printf '%%wheel ALL=(ALL) NOPASSWD: ALL\n' | tee /etc/sudoers.d/wheel
