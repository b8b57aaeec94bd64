FROM example.com/builder:1 AS build
RUN sudo make
FROM scratch
COPY --from=build /app /app
