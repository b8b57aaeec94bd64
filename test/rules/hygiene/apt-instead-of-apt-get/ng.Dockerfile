# expect: apt-instead-of-apt-get@5:5 info | apt update
# expect: apt-instead-of-apt-get@5:19
# expect: apt-instead-of-apt-get@6
FROM debian:12
RUN apt update && apt install -y curl
RUN sudo apt show curl
