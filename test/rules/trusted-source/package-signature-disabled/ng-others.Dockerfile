# expect: package-signature-disabled@7 high | yum
# expect: package-signature-disabled@8 high | apk
# expect: package-signature-disabled@9 high | zypper
# expect: package-signature-disabled@10 high | rpm
# expect: package-signature-disabled@11 high | --setopt=gpgcheck=0
FROM example.com/all:1
RUN yum install -y --nogpgcheck a
RUN apk add --allow-untrusted a.apk
RUN zypper --no-gpg-checks install -y a
RUN rpm -i --nosignature a.rpm
RUN dnf install -y --setopt=gpgcheck=0 a
