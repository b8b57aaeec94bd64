# syntax=docker/dockerfile:1
# tare's own image: the built program on Node, without shell and package manager.
ARG NODE=22

FROM node:${NODE}-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM gcr.io/distroless/nodejs${NODE}-debian12:nonroot
LABEL org.opencontainers.image.title="tare" \
      org.opencontainers.image.description="Grades container images and says what to change" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /src/package.json /tare/
COPY --from=build /src/bin /tare/bin
COPY --from=build /src/dist /tare/dist
COPY --from=build /src/node_modules /tare/node_modules
COPY --from=build /src/rulesets /tare/rulesets
ENV NODE_ENV=production
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/nodejs/bin/node", "/tare/bin/tare.cjs"]
