FROM debian:12
LABEL A__B=goes
