FROM debian:12
WORKDIR app
WORKDIR /srv
WORKDIR lib/a
