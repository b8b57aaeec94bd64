FROM alpine:3.23
RUN echo apt-get install gcc > /notes.txt
