# expect: apt-no-recommends@4
# expect: apt-no-recommends@5 | aptitude
FROM debian:12
RUN apt-get update && apt-get install -y curl
RUN sudo aptitude install -y jq
