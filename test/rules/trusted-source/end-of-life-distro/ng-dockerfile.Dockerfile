# expect: end-of-life-distro@2:6 high | Debian GNU/Linux 10 has had no security updates
FROM debian:buster-slim
