# expect: debug-tool-present@3 low | vim, strace
FROM fedora:43
RUN dnf install -y vim strace nginx
