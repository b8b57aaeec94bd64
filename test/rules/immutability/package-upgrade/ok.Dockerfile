# One package by name, or security fixes alone.
FROM fedora:43
RUN dnf -y upgrade openssl && dnf -y upgrade --security && apk add --no-cache openssl
