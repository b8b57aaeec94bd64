# expect: env-self-reference@3 low | PATH uses $APP
FROM debian:12
ENV APP=/app PATH=$PATH:$APP/bin
