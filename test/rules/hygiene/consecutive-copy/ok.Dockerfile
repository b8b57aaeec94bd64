FROM node:22 AS build
COPY a /x/
COPY b /x/
FROM node:22
COPY package.json ./
RUN npm ci
COPY a /a/
COPY b /b/
COPY --chown=1 c /b/
COPY --from=build d /b/
COPY e /b/e
COPY f /b/e
# changes often
COPY g /c/
# changes more often
COPY h /c/
ADD i /c/
