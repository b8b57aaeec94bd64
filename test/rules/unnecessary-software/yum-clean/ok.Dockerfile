FROM rockylinux:8
RUN yum install -y httpd && yum -y clean all
RUN yum -y update && dnf clean all
RUN yum install -y git && rm -rf /var/cache/yum
RUN yum remove -y git
RUN --mount=type=cache,target=/var/cache yum install -y jq
