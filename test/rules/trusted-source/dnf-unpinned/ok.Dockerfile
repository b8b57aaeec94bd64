FROM fedora:42
RUN dnf -y install httpd-2.4.63 postgresql-16.* && dnf module install -y nodejs:22
RUN microdnf install -y jq-1.7.1-8 && tdnf install -y ${PKG}-${VER}
RUN yum install -y less
