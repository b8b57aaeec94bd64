FROM debian:12 AS base
ENTRYPOINT ["a"]
FROM base
ENTRYPOINT ["b"]
CMD ["c"]
