FROM debian:12
ENV PATH=/opt/bin:$PATH A="b c" D=e\ f
LABEL version=1.0
ARG X
