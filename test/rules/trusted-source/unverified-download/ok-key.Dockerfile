# A key is what one verifies with.
FROM debian:13-slim
RUN curl -fsSL https://example.com/repo.gpg | gpg --dearmor -o /usr/share/keyrings/example.gpg
