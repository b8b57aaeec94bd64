FROM debian:12 AS builder-base
FROM debian:12
