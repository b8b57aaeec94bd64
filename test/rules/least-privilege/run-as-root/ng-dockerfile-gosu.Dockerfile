# expect: run-as-root@2 high confidence=medium | gosu
FROM debian:13-slim
ENTRYPOINT ["tini", "--", "gosu", "app", "server"]
