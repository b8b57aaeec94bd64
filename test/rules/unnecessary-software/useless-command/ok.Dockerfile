FROM debian:12
RUN echo "service mysql start" && apt-get install -y ssh vim # kill ps
RUN --mount=type=ssh ssh -T git@github.com || true
RUN mysqld & sleep 5 && mysql < schema.sql && kill %1
RUN service postgresql start && createdb app && service postgresql stop
RUN --security=insecure mount -t tmpfs none /mnt
RUN vim +PlugInstall +qall && systemctl enable nginx
RUN ["./kill", "x"]
ENTRYPOINT ["ssh", "-N", "host"]
