# expect: curl-pipe-shell@3 high | sh
FROM rust:1-slim
RUN curl https://sh.example.rs -sSf | sh -s -- -y --profile minimal
