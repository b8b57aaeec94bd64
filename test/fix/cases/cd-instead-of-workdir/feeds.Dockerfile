FROM debian:12 AS build
RUN cd /src && make
FROM scratch
COPY --from=build /src/app /app
CMD ["/app"]
