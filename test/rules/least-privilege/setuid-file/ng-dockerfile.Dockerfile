# expect: setuid-file@3:5 low | /usr/local/bin/helper (mode u+s)
FROM debian:13-slim
RUN chmod u+s /usr/local/bin/helper
