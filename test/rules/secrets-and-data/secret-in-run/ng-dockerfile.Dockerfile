# expect: secret-in-run@3 high | (****)
FROM debian:13-slim
RUN curl -fsS -u deploy:<<password>> -o /a.tgz https://files.example.com/a.tgz
