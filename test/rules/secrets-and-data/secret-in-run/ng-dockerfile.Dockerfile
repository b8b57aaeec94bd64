# expect: secret-in-run@3 high | (****)
FROM debian:13-slim
RUN curl -fsS -u deploy:Zx81-Spectrum-48k -o /a.tgz https://files.example.com/a.tgz
