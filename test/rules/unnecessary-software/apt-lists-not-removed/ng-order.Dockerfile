# The lists come back behind the removal, and the archives' cache is another folder.
# expect: apt-lists-not-removed@4
FROM debian:12
RUN --mount=type=cache,target=/var/cache/apt rm -rf /var/lib/apt/lists/* && apt-get update
