FROM debian:12

RUN make \
    # a comment
    all

RUN <<EOF
make

make install
EOF
