# expect: instruction-casing@4 info | Run
# expect: instruction-casing@5 | copy
FROM debian:12
Run true
copy a b
