# Root binds any port; that it is root has a rule of its own.
FROM alpine:3.23
EXPOSE 80
