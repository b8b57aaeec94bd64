ARG TAG=22
FROM node:$TAG AS base
ENV PATH=$PATH:$YARN_HOME/bin
ARG DIR
WORKDIR ${DIR:-/app}
COPY ${UNSET:-a} /b
FROM base
COPY a $DIR/
RUN echo $anything ${HOME} $foo
CMD echo $anything
FROM scratch
ARG TAG TARGETARCH
LABEL tag=$TAG arch=$TARGETARCH text='$single'
ENV A=\$escaped
ONBUILD COPY $X /
