# Debian's archives are signed whatever carries them, and what the build made itself needs no signature.
FROM debian:13-slim
RUN echo 'deb [signed-by=/usr/share/keyrings/a.gpg] http://deb.debian.org/debian trixie main' > /etc/apt/sources.list.d/a.list && echo "deb [ trusted=yes ] file:///tmp/own ./" > /etc/apt/sources.list.d/temp.list && sed -i 's/gpgcheck=0/gpgcheck=1/' /etc/yum.conf
