# expect: multiple-entrypoint@3 low | line 4
FROM debian:12
ENTRYPOINT ["a"]
ENTRYPOINT ["b"]
