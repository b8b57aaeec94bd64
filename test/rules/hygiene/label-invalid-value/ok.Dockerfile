# parameter: labels={"v":"semver","u":"url","t":"rfc3339","h":"hash","s":"spdx","e":"email","x":"text","b":"semver","n":"url"}
FROM debian:12
ARG VERSION
LABEL v=1.0.0-rc.1+5 u=https://example.com/a?b t=2026-02-28T10:00:00+01:00 h=0123456 s="(MIT OR Apache-2.0) AND GPL-2.0+" e=me@example.com x="any thing"
LABEL b=$VERSION n="" other=y
