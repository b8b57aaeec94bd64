# A mention in a string or a comment is no use.
FROM debian:13-slim
RUN echo "run it with sudo make install" # sudo
