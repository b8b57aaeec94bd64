# expect: build-tools-in-final-stage@4 medium | in the stage that ships: libffi-dev
FROM debian:13-slim AS build
FROM python:3.14-slim
RUN apt-get install -y libffi-dev
COPY --from=build /a /a
