# expect: single-stage-build@3 low | make
FROM debian:13-slim
RUN ./configure && make -j4 && make install
