# expect: reserved-stage-name@3 low
# expect: reserved-stage-name@4
FROM debian:12 AS scratch
FROM debian:12 AS Context
