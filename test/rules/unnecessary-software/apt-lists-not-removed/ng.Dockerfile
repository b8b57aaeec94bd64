# expect: apt-lists-not-removed@3 low | apt-get update
FROM debian:12
RUN apt-get update && apt-get install -y --no-install-recommends curl && apt-get clean
