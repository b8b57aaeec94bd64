# expect: undefined-var@3 low | only a shell
FROM alpine:3.22
ENV CONFIG=$HOME/.config
