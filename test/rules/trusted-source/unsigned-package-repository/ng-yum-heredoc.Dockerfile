# expect: unsigned-package-repository@4 high | gpgcheck=0
FROM fedora:43
COPY <<EOF /etc/yum.repos.d/a.repo
[a]
baseurl=https://example.com/rpm
gpgcheck=0
EOF
