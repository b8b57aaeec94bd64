FROM fedora:43
RUN dnf install -y less nginx && pip install vim
