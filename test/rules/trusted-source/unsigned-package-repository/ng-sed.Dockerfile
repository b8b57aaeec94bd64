# expect: unsigned-package-repository@3 high | gpgcheck=0
FROM fedora:43
RUN sed -i 's/gpgcheck=1/gpgcheck=0/' /etc/yum.repos.d/a.repo
