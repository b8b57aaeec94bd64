# expect: secret-in-label@3 high
FROM debian:13-slim
LABEL com.example.db-password="<<password>>"
