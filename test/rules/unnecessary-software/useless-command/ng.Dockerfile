# expect: useless-command@7 low | service
# expect: useless-command@8:5 | ps
# expect: useless-command@8:15 | free
# expect: useless-command@9 | mount
# expect: useless-command@10 | CMD
FROM debian:12
RUN sudo service mysql start && mysql < schema.sql
RUN ps aux && free -m
RUN mount /dev/sda1 /mnt
CMD service nginx start && tail -f /dev/null
