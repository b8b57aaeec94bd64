FROM debian:12
RUN a && \
    # a comment
    b

RUN <<EOF
a

b
EOF
