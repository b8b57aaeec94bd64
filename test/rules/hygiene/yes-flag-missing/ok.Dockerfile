FROM debian:12 AS one
RUN apt-get install -y curl && apt-get -qq install jq && apt-get -qqy install git && apt-get install --yes less
RUN apt-get install -s curl && apt-get update && apt-get clean
RUN yes | apt-get install vim && echo y | apt install nano
RUN apt-get -o APT::Get::Assume-Yes=true install wget
RUN yum -y install httpd && dnf install -qy jq && microdnf install git && dnf --assumeyes remove jq
RUN zypper -n in git && zypper --non-interactive dup && zypper install -y jq
RUN pacman -Syu --noconfirm git && pacman -Scc --noconfirm
RUN apt-get $APT_FLAGS install x
RUN echo "apt-get install curl" # apt-get install curl
FROM one
RUN echo 'APT::Get::Assume-Yes "true";' > /etc/apt/apt.conf.d/90yes
RUN apt-get install tzdata
