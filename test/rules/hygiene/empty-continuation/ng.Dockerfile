# expect: empty-continuation@3 info | line 4
FROM debian:12
RUN a && \

    b
