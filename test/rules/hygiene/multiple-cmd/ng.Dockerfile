# expect: multiple-cmd@4 low | line 6
# expect: multiple-cmd@5
FROM debian:12
CMD ["a"]
CMD ["b"]
CMD ["c"]
