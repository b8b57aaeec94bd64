# expect: add-instead-of-copy@5 low | . like
# expect: add-instead-of-copy@6 | a.json, lib
# expect: add-instead-of-copy@7
FROM debian:12
ADD . /app
ADD ["a.json", "lib", "/app/"]
ONBUILD ADD app.jar /app/
