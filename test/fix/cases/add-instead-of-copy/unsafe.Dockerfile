# unsafe
FROM debian:12
ADD * /app/
