# expect: copy-multi-dest-no-slash@4:21 medium | 2 sources
# expect: copy-multi-dest-no-slash@5 | ADD
FROM node:22
COPY a.json  b.json /app
ADD ["a", "b", "c", "/x"]
