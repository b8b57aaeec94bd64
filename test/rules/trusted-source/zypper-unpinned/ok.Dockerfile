FROM opensuse/leap:15.6
RUN zypper -n install git=2.43.0 'curl>=8.6' ./local.rpm && zypper -n patch
RUN zypper -n rm git
