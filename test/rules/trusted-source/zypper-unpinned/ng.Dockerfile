# expect: zypper-unpinned@3 low | git
FROM opensuse/leap:15.6
RUN zypper -n in git curl=8.6.0
