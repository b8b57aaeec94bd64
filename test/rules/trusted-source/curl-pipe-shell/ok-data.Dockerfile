# What a program reads is no program.
FROM debian:13-slim
RUN curl -s https://example.com/a.json | python3 -c 'import json,sys; print(json.load(sys.stdin))' && curl -s https://example.com/v | bash -c 'cat > /v' && curl -s https://example.com/x | sh /opt/filter.sh
