FROM debian:13-slim
RUN service app start && curl -o /tmp/page http://localhost:8080/ && grep ok /tmp/page
