# expect: dnf-clean@4 | dnf install
# expect: dnf-clean@5 | microdnf install
FROM fedora:42
RUN dnf install -y httpd
RUN microdnf install -y jq && microdnf remove git
