# expect: shell-form-cmd@7 low | ENTRYPOINT is
# expect: shell-form-cmd@8 low | CMD is
# expect: shell-form-cmd@11 medium | ENTRYPOINT is given
# expect: shell-form-cmd@13
# expect: shell-form-cmd@15 medium | looks like a JSON array
FROM node:22 AS one
ENTRYPOINT node
CMD server.js
FROM node:22 AS two
ENTRYPOINT ["node"]
CMD server.js
FROM node:22
CMD cd /app && node .
FROM node:22
CMD ['node', 'server.js']
