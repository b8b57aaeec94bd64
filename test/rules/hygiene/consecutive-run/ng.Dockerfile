# expect: consecutive-run@4 info | 3 short
FROM debian:12
RUN a
RUN sudo b && c
# comment
RUN d
ENV X=y
RUN e
