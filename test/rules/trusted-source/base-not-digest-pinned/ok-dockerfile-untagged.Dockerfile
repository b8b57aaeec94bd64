# The missing tag is the heavier fault, and is told by itself.
FROM debian
