# expect: vcs-directory-present@3:6 medium | Copies .git into the image
FROM golang:1.26
COPY .git /src/.git
