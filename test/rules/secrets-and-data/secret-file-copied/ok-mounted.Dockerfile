FROM debian:13-slim
RUN --mount=type=secret,id=netrc,target=/root/.netrc curl -n https://example.com/private
