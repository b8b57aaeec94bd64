# expect: secret-file-copied@4:6 high | Copies id_rsa (an SSH private key) into the image
# expect: secret-file-copied@5:6 high | config/.env (environment settings)
FROM debian:13-slim
COPY id_rsa /root/.ssh/
COPY config/.env /app/
