# The list stands in a variable of the same RUN.
# expect: compiler-present@4 medium | g++
FROM alpine:3.23
RUN deps="g++ python3"; apk add --no-cache $deps
