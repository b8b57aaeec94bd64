# A bare digest says nothing of the variant.
FROM debian@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
