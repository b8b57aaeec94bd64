# Nobody builds it for this target.
FROM debian:latest AS docs
FROM debian:13-slim
