# expect: yes-flag-missing@8 low | apt-get install
# expect: yes-flag-missing@9 | yum install
# expect: yes-flag-missing@10 | zypper in
# expect: yes-flag-missing@11 | pacman
# expect: yes-flag-missing@12
# expect: yes-flag-missing@13
FROM debian:12
RUN apt-get update && apt-get install --no-install-recommends curl
RUN yum install httpd
RUN zypper in git
RUN pacman -Sy git
RUN conda install numpy
RUN DEBIAN_FRONTEND=noninteractive apt-get -q install curl
