FROM opensuse/leap:15.6
RUN zypper -n in httpd && zypper clean -a
RUN zypper --non-interactive install git && zypper cc
RUN zypper -n rm git
RUN zypper -n in jq && rm -rf /var/cache/zypp/*
