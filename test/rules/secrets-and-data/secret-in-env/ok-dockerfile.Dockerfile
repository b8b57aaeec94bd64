# A name for a secret with the path of a file, or with nothing in it.
FROM debian:13-slim
ENV DATABASE_PASSWORD_FILE=/run/secrets/db TOKEN_URL=https://example.com/token API_KEY=
