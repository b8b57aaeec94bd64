# unsafe
FROM registry.example.com/base:1
RUN make
CMD ["app"]
