# Without the context nobody can tell: a hint.
# expect: copy-whole-context@4 low confidence=low
FROM node:24-slim
ADD . /app
