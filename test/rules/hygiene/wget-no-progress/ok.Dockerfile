FROM debian:12
RUN wget -q https://example.com/a && wget -nv https://example.com/a && wget --progress=dot:giga https://example.com/a
RUN wget -qO- https://example.com/a | sh && wget --version && wget -o /dev/null https://example.com/a
RUN wget https://example.com/a 2>/dev/null && wget $WGET_OPTS https://example.com/a
RUN echo "wget https://example.com/a" && apt-get install -y wget
