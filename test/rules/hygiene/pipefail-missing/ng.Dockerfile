# expect: pipefail-missing@6:5 low | curl
# expect: pipefail-missing@7 | sort
# expect: pipefail-missing@8
# expect: pipefail-missing@9
FROM debian:12
RUN curl -fsS https://example.com/a | tar xz && curl https://example.com/b | cat
RUN echo a | sort | uniq
RUN bash -c 'wget -qO- https://example.com/a | sh'
RUN V=$(curl -s https://example.com/v | jq -r .tag) && sudo install "$V" && set -o pipefail
