# An image that is there to run it.
FROM debian:13-slim
RUN apt-get install -y postfix
CMD ["postfix", "start-fg"]
