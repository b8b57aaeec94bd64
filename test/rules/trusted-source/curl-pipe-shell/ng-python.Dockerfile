# expect: curl-pipe-shell@3 high | python3
FROM python:3.14-slim
RUN curl -sSL https://install.example.org | python3 - --version 1.8
