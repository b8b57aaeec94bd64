FROM debian:12
ENV A b
ENV GREETING Hello  there, $A
ENV QUOTED "in quotes"
ENV MIXED -Da="b c" -De='f'
ENV LIST one \
    # the second
    two
LABEL name the "best" one
