# unsafe
FROM debian:12
RUN make
EXPOSE 8080

# start it
ENTRYPOINT ["app"]
CMD ["serve"]
