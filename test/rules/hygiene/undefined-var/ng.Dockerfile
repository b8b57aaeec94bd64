# expect: undefined-var@8 low | $foo
# expect: undefined-var@9 | before the first FROM
# expect: undefined-var@10 | $LD_LIBRARY_PATH
# expect: undefined-var@11 | before it is declared
# expect: undefined-var@13 | did you mean APP_HOME
ARG VERSION=1
FROM debian:12
COPY $foo /x
LABEL version=$VERSION
ENV PATH=/x:$PATH LIB=/y:$LD_LIBRARY_PATH
WORKDIR $APP_HOME
ENV APP_HOME=/app
WORKDIR $APP_HOM
