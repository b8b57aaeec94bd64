# Only --build-arg says what it is.
ARG BASE
FROM ${BASE}
