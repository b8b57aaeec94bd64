FROM scratch AS contexts
FROM scratch
