# expect: base-tag-latest@2:6 medium confidence=high | the tag latest moves
FROM debian:latest
