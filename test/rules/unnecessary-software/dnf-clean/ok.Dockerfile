FROM fedora:42
RUN dnf -y install httpd && dnf clean all && rm -rf /var/cache/dnf
RUN microdnf install jq && microdnf clean all
RUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y git
RUN if [ -n "$X" ]; then dnf install -y vim; fi; dnf clean all
RUN yum install -y less && yum clean all
