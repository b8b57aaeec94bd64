# A setting holds for what comes behind it, in the stages that start from its own.
# expect: apt-no-recommends@7
# expect: apt-no-recommends@8
FROM debian:12 AS other
RUN echo 'APT::Install-Recommends "0";' > /etc/apt/apt.conf.d/01norecommend
FROM debian:12
RUN apt-get install -y curl
RUN apt-get install -y jq && echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/01norecommend
