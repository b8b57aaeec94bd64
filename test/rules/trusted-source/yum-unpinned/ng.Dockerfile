# expect: yum-unpinned@3 low | java-11-openjdk-headless, python3-devel
FROM rockylinux:8
RUN yum install -y java-11-openjdk-headless httpd-2.4.37 python3-devel
