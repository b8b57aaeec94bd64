# expect: pipefail-missing@11 | cat
# expect: pipefail-missing@7:5 low | curl
# expect: pipefail-missing@8 | sort
# expect: pipefail-missing@9
# expect: pipefail-missing@10
FROM debian:12
RUN curl -fsS https://example.com/a | tar xz && curl https://example.com/b | cat
RUN echo a | sort | uniq
RUN bash -c 'wget -qO- https://example.com/a | sh'
RUN V=$(curl -s https://example.com/v | jq -r .tag) && sudo install "$V" && set -o pipefail
RUN cat a.list | xargs rm
