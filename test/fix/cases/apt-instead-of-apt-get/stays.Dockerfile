FROM debian:12
RUN apt list --installed
RUN echo apt install curl && apt-get install -y git
