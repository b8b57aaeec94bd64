FROM centos:7
RUN yum -y install git && \
    yum -y install make && \
    make
