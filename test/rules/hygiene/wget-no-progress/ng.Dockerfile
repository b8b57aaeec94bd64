# expect: wget-no-progress@3:5 info
FROM debian:12
RUN wget -O /tmp/a https://example.com/a.tar.gz && echo wget
