# expect: invalid-instruction@2 | no FROM
ARG VERSION
RUN true
RUN false
