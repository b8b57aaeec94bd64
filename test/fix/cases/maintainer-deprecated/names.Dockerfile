FROM debian:12
MAINTAINER Ann Example <ann@example.com>
MAINTAINER "Bob $X"
maintainer A "B" C
