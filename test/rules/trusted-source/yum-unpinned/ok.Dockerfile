FROM rockylinux:8
RUN yum install -y httpd-2.4.37-65.module+el8 java-11-openjdk-11.0.25.0.9-2.el8 bash-4.4.20-5.el8.x86_64 git-2:2.43.5 "tool-$VERSION"
RUN yum install -y ./local.rpm https://example.com/a.rpm @development-tools
RUN yum -y groupinstall "Development Tools" && yum -y update && yum remove -y git
