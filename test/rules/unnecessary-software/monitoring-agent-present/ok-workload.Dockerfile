# The agent as an image of its own runs beside the others: that is what containers are for.
FROM debian:13-slim
RUN apt-get install -y telegraf
CMD ["telegraf"]
