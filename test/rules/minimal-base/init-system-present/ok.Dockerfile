# A start script may be called init.
FROM debian:13-slim
CMD ["/app/init", "--serve"]
