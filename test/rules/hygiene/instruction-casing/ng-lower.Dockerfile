# expect: instruction-casing@4 | lower case
from debian:12
run true
COPY a b
