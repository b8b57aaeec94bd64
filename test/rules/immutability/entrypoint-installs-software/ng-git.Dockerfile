# expect: entrypoint-installs-software@3 high | ENTRYPOINT fetches what it runs
FROM debian:13-slim
ENTRYPOINT ["sh", "-c", "git clone https://example.com/app && ./app/run"]
