FROM debian:12
RUN useradd -l -u 123456 app && useradd --no-log-init --uid 200000 b
RUN useradd -u 10001 c && useradd -m d && useradd -u $UID e && echo useradd -u 123456
