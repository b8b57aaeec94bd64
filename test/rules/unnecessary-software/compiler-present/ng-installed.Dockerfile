# expect: compiler-present@3:24 medium | 2 compilers and build drivers installed and left in the image: gcc, make
FROM debian:13-slim
RUN apt-get install -y gcc make libpq5
