# parameter: labels={"version":"semver"}
FROM debian:12
LABEL version=1.0.0
