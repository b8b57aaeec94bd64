# expect: vcs-directory-present@4:6 medium | along: .git/
# context: .git/HEAD src/app.js
FROM node:24-slim
COPY . /app
