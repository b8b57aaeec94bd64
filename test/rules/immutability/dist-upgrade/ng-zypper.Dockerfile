# expect: dist-upgrade@3 low | zypper dup
FROM opensuse/leap:16.0
RUN zypper -n dup
