# expect: workdir-relative@5:9 low | app
# expect: workdir-relative@6 | lib
FROM debian:12 AS base
FROM base
WORKDIR app
WORKDIR lib
WORKDIR /srv
WORKDIR sub
