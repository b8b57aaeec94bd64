# parameter: labels={"version":"semver"}
FROM debian:12
ARG VERSION
LABEL version=$VERSION
