# expect: secret-in-env@3:23 high | (****) in Dockerfile:3
FROM debian:13-slim
ENV DATABASE_PASSWORD=<<password>>
