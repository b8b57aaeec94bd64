# expect: secret-file-copied@3 medium | into a build stage
FROM node:24-slim AS build
COPY .netrc /root/
FROM scratch
COPY --from=build /a /a
