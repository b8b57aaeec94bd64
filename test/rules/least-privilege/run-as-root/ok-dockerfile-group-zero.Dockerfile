# OpenShift's way: any uid, group 0.
FROM alpine:3.23
USER 1001:0
