# What a build stage takes in does not ship.
FROM node:24-slim AS build
COPY . /app
FROM scratch
COPY --from=build /app/dist /app
