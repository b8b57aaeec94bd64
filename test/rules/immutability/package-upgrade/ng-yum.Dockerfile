# expect: package-upgrade@3 low | yum update
FROM fedora:43
RUN yum -y update && yum clean all
