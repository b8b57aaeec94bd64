FROM debian:12
ENV A=b
LABEL a=b
ENV HARD "a $B" and 'c'
