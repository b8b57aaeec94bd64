FROM debian:12
RUN apt-get update && apt-get install -y --allow-unauthenticated git && apt-get --force-yes install make
RUN apt-get install -y --force-yes \
      -o APT::Get::AllowUnauthenticated=true \
      git
