# TAG is the release to build on
ARG TAG=22
# TAG is where the files go
# expect: description-mismatch@6:5 info | begins with TAG
# TAG is where the files go
ARG DIR=/app
# test makes the program
# expect: description-mismatch@10 | begins with test
# test makes the program
FROM node:22 AS build
FROM node:22 AS test
