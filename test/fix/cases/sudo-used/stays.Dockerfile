FROM debian:12
RUN sudo -u app make
USER app
RUN sudo make install
FROM registry.example.com/base:1
RUN sudo make install
