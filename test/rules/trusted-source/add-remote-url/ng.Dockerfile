# expect: add-remote-url@3:5 medium | https://example.com/tool.tar.gz
FROM debian:13-slim
ADD https://example.com/tool.tar.gz /opt/
