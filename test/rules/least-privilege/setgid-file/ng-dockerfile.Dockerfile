# expect: setgid-file@3 low confidence=high
FROM debian:13-slim
RUN chmod g+s /usr/bin/wall
