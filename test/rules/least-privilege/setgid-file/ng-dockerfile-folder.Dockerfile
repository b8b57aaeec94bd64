# On a folder the bit hands the group on: common and harmless.
# expect: setgid-file@4 low confidence=low
FROM debian:13-slim
RUN chmod 2775 /srv/shared
