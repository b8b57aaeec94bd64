FROM debian:12 AS base
CMD ["a"]
FROM base
ONBUILD CMD ["c"]
CMD ["b"]
HEALTHCHECK CMD true
