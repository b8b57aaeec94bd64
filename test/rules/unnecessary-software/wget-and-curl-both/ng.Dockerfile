# expect: wget-and-curl-both@4 info | uses
FROM debian:12
RUN wget -q https://example.com/a
RUN if true; then curl -fsS https://example.com/b; fi
