# Distroless' nonroot tag, Chainguard and NGINX unprivileged set a user themselves.
FROM gcr.io/distroless/static-debian13:nonroot
COPY app /app
