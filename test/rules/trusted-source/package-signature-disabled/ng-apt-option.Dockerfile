# expect: package-signature-disabled@3 high | -o APT::Get::AllowUnauthenticated=true
FROM debian:13-slim
RUN apt-get -o APT::Get::AllowUnauthenticated=true install -y nginx
