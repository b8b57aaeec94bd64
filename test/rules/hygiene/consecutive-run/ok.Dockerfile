FROM debian:12 AS build
RUN a
RUN b
FROM debian:12
RUN a
RUN b && c && d && e
RUN f
COPY x y
RUN --mount=type=cache,target=/x g
RUN h
RUN <<EOF
i
EOF
RUN j
