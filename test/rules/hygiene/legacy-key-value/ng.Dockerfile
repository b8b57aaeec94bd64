# expect: legacy-key-value@5 info | ENV PATH
# expect: legacy-key-value@6 | LABEL version
# expect: legacy-key-value@7
FROM debian:12
ENV PATH /opt/bin:$PATH
LABEL version 1.0
ONBUILD ENV A b
