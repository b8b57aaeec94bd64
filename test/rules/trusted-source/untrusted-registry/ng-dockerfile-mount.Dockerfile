# expect: untrusted-registry@3:5 high | Takes files out of someone/tool:2
FROM debian:13-slim
RUN --mount=type=bind,from=someone/tool:2,target=/t /t/run
