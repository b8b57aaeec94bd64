# A script may install what it needs.
FROM debian:13-slim
RUN apt-get update && ./install.sh
RUN apt-get update && dazzle-install-packages nginx
