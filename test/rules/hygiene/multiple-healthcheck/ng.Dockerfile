# expect: multiple-healthcheck@3 low
FROM debian:12
HEALTHCHECK CMD true
HEALTHCHECK NONE
