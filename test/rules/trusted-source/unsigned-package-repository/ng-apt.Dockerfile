# expect: unsigned-package-repository@3 high | [trusted=yes]) in /etc/apt/sources.list.d/a.list
FROM debian:13-slim
RUN echo 'deb [arch=amd64 trusted=yes] https://example.com/apt stable main' > /etc/apt/sources.list.d/a.list
