FROM debian:12
run make
Onbuild Run make install
CMD ["app"]
