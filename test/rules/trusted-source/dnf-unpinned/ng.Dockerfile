# expect: dnf-unpinned@3 low | httpd
FROM fedora:42
RUN dnf install -y httpd && microdnf install jq-1.7.1
