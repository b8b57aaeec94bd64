# toor has uid 0, however it is named.
# expect: run-as-root@5 high | toor has uid 0
FROM debian:13-slim
RUN useradd --non-unique --uid 0 toor
USER toor
