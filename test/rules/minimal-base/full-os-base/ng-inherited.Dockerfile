# The base of the base is what ships.
# expect: full-os-base@3:6 medium | ubuntu:24.04
FROM ubuntu:24.04 AS base
FROM base
