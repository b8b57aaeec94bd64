# parameter: labels={"v":"semver","u":"url","t":"rfc3339","h":"hash","s":"spdx","e":"email"}
# expect: label-invalid-value@9 low | semantic version
# expect: label-invalid-value@10 | URL
# expect: label-invalid-value@11 | time
# expect: label-invalid-value@12 | hash
# expect: label-invalid-value@13 | SPDX
# expect: label-invalid-value@14 | e-mail
FROM debian:12
LABEL v=1.0
LABEL u=example.com
LABEL t=2026-02-30T10:00:00Z
LABEL h=main
LABEL s="Apache 2.0"
LABEL e=me.example.com
