# Nobody looked into the base: it may set a user, so this is no proven fault.
# expect: run-as-root@3 high unknown confidence=medium | there is no USER
FROM registry.example.com/team/base:1.4
COPY app /app
