# expect: maintainer-deprecated@3 info
FROM debian:12
MAINTAINER somebody@example.com
