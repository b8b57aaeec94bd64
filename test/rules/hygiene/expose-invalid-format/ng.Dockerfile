# expect: expose-invalid-format@4:8 low | 80:80
# expect: expose-invalid-format@4:14 | 127.0.0.1:81:81
FROM debian:12
EXPOSE 80:80 127.0.0.1:81:81/tcp
