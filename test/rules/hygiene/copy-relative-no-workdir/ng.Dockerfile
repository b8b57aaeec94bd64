# expect: copy-relative-no-workdir@4:19 low confidence=medium | .
# expect: copy-relative-no-workdir@5
FROM debian:12
COPY package.json ./
ADD a app/
WORKDIR /app
COPY . .
FROM debian:12 AS other
COPY a /b
