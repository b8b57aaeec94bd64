FROM cgr.dev/chainguard/python:latest
COPY app /app
