# expect: init-system-present@3 high | Starts an init system as the first process (/sbin/init)
FROM fedora:43
CMD ["/sbin/init"]
