# expect: yum-clean@4
# expect: yum-clean@5
FROM rockylinux:8
RUN yum install -y httpd-2.4.37
RUN yum clean all && yum -y update
