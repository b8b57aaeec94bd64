FROM debian:12 AS build
from debian:12 as test
From debian:12 AS other
FROM debian:12
