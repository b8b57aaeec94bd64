FROM debian:12
RUN make \

    all \
    # a comment
   
    install
