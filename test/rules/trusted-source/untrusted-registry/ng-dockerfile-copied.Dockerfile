# expect: untrusted-registry@4:6 high | Takes files out of someone/tool:2
# trusted: registry.example.com/**
FROM registry.example.com/team/base:1
COPY --from=someone/tool:2 /tool /tool
