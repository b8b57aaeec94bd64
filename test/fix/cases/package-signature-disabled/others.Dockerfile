FROM fedora:40
RUN dnf install -y --nogpgcheck git && dnf --setopt=gpgcheck=0 -y install make
