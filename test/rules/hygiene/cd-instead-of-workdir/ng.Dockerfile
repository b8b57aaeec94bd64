# expect: cd-instead-of-workdir@6:5 low | begins with cd /app
# expect: cd-instead-of-workdir@7 | no effect
# expect: cd-instead-of-workdir@8 | no effect
# expect: cd-instead-of-workdir@9
FROM node:22
RUN cd /app && npm ci
RUN cd /opt
RUN mkdir /x && cd /x
RUN set -eux; cd src; make
