# expect: full-os-base@2:6 medium | node:24-bookworm
FROM node:24-bookworm
