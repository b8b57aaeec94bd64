# 3.12 is Python's version, and none of Alpine's.
FROM python:3.12-alpine
