# parameter: labels={"version":"semver","vendor":"text"}
FROM debian:12 AS base
LABEL vendor=acme
FROM base
LABEL version=1.0.0
