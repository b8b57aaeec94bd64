FROM node:22
RUN cd /tmp && make && make install
RUN git clone https://example.com/x && cd x && make
RUN (cd /app && npm ci) && true
RUN cd "$DIR" && make
RUN echo "cd /app" && bash -c 'cd /app && make'
RUN cd /usr/src/a && make && cd / && rm -rf /usr/src/a
RUN if true; then cd /app && npm ci; fi
CMD cd /app && node .
