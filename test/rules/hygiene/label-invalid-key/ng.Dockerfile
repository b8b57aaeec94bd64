# parameter: labels={"version":"semver"}
# expect: label-invalid-key@7 info | other characters
# expect: label-invalid-key@8 | namespace com.docker
# expect: label-invalid-key@9 | in a row
# expect: label-invalid-key@10 | begin
FROM debian:12
LABEL Version=1.0.0
LABEL com.docker.thing=x
LABEL a..b=x
LABEL 9a=x
