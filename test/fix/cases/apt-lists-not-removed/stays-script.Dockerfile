FROM debian:12
RUN apt-get update && apt-get install -y git
COPY setup.sh /
RUN sh /setup.sh
