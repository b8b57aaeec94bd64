# Neither the password nor the query is shown.
# expect: add-remote-url@4 medium | https://example.com/tool,
FROM debian:13-slim
ADD https://user:pass@example.com/tool?token=abc /opt/
