# expect: onbuild-forbidden-trigger@5 medium | ONBUILD
# expect: onbuild-forbidden-trigger@6 | FROM
# expect: onbuild-forbidden-trigger@7 | MAINTAINER
FROM debian:12
ONBUILD ONBUILD RUN true
ONBUILD FROM debian:12
ONBUILD MAINTAINER somebody
