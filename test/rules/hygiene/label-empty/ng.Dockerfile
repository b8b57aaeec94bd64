# parameter: labels={"version":"semver"}
# expect: label-empty@4:7 info | version
FROM debian:12
LABEL version="" other=""
