# unsafe
FROM debian:12
RUN make
# fetch it
RUN curl -fsSL https://example.com/a.tgz | tar xz
RUN curl -fsSL https://example.com/b.tgz | tar xz
