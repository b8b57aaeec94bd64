FROM debian:13-slim
RUN --mount=type=secret,id=netrc,target=/root/.netrc curl -fsSn -o /a.tgz https://files.example.com/a.tgz
RUN apt-get install -y php-mysql php-pgsql && mkdir -p /srv
