# expect: state-file-present@3:6 high | Copies infra/terraform.tfstate
FROM alpine:3.22
COPY infra/terraform.tfstate /srv/
