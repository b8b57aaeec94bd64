FROM debian:13-slim AS base
FROM base AS other
FROM other
