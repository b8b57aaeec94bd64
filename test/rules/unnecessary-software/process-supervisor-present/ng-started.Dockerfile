# expect: process-supervisor-present@3 medium | Starts a process supervisor: supervisord
FROM example.com/base:1
CMD ["/usr/bin/supervisord", "-n"]
