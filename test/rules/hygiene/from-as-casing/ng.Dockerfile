# expect: from-as-casing@3:17 info
# expect: from-as-casing@4
FROM debian:12  as build
from debian:12 AS test
