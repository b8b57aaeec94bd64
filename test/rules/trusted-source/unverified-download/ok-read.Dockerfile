# Read, not kept.
FROM debian:13-slim
RUN version="$(curl -s https://api.example.com/latest | jq -r .tag)" && echo "$version"
