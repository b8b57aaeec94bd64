# parameter: labels={"version":"semver"}
# expect: label-not-allowed@4:21 info | did you mean version
FROM debian:12
LABEL version=1.0.0 versoin=2
