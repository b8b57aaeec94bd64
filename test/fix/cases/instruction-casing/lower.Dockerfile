from debian:12 as build
run make
FROM debian:12 AS two
cmd ["app"]
copy a /
