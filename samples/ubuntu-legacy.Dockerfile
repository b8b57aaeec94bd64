FROM ubuntu:16.04
ENV DEBIAN_FRONTEND noninteractive
RUN apt-get update && apt-get install -y sudo openssh-server iputils-ping
COPY agent /usr/local/bin/agent
RUN useradd -o -u 0 -g 0 admin && setcap cap_sys_admin+ep /usr/local/bin/agent
EXPOSE 22 8080
USER admin
CMD ["/usr/sbin/sshd", "-D"]
