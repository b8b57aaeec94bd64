# One finding for each instruction.
# expect: unverified-download@4 medium | 2 downloads are used
FROM debian:13-slim
RUN curl -o /usr/bin/a https://example.com/a && wget https://example.com/b.deb && dpkg -i b.deb
