# expect: archive-copied-then-extracted@5:6 low | tar at line 6
# expect: archive-copied-then-extracted@7 | unzip
# expect: archive-copied-then-extracted@9
FROM debian:12
COPY dist/app-1.0.tar.gz /tmp/
RUN cd /tmp && tar xzf app-1.0.tar.gz && rm app-1.0.tar.gz
COPY data.zip /tmp/renamed.zip
RUN unzip /tmp/renamed.zip
COPY *.tar.xz /tmp/
RUN tar -C /opt -xJf /tmp/*.tar.xz
