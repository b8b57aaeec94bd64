# expect: run-as-root@4 high | admin has uid 0
FROM scratch
RUN echo 'admin:x:0:0::/:/bin/sh' >> /etc/passwd
USER admin
