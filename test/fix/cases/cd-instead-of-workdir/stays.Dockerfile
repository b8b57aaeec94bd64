FROM debian:12
RUN cd /src && make
COPY . .
RUN cd $HOME && make
RUN cd /src; make && cd -
CMD ["app"]
