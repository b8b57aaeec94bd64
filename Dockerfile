# syntax=docker/dockerfile:1
# tare's own image: the built program on Node, without shell and package manager. docs/server.md says how it is run.
ARG NODE=22

FROM node:${NODE}-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs && node scripts/image-root.mjs /image

FROM gcr.io/distroless/nodejs${NODE}-debian12:nonroot
ARG NODE
LABEL org.opencontainers.image.title="tare" \
      org.opencontainers.image.description="Grades container images and says what to change" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="gcr.io/distroless/nodejs${NODE}-debian12:nonroot"
COPY --from=build /image/tare /tare
# Of tare serve alone, where it has no PostgreSQL; a volume that is mounted here takes its owner.
COPY --from=build --chown=65532:65532 /image/data /data
ENV NODE_ENV=production
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/nodejs/bin/node", "/tare/bin/tare.cjs"]
