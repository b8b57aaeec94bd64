# parameter: labels={"version":"semver","vendor":"text"}
# expect: label-required-missing@5 low | vendor
FROM debian:12 AS build
LABEL vendor=acme
FROM debian:12
LABEL version=1.0.0
