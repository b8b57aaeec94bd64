# expect: download-tool-present@3 low | curl, wget
FROM debian:13-slim
RUN apt-get install -y curl wget
