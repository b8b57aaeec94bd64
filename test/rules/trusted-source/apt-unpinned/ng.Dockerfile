# expect: apt-unpinned@3 low | curl, jq
FROM debian:12
RUN apt-get install -y curl nginx=1.22.1-9 jq
