# expect: stage-name-casing@2 info | BuilderBase
FROM debian:12 AS BuilderBase
