# The colon of a port is no tag.
# expect: base-untagged@3 medium | registry.example.com:5000/team/app
FROM registry.example.com:5000/team/app
