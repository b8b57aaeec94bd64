FROM debian:12
# build it
RUN cd /src && \
    make && \
    make install
ENV A=b
WORKDIR /app
CMD ["app"]
