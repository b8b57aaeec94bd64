# expect: invalid-instruction@6 medium | "RUNN" is no instruction
# expect: invalid-instruction@7 | --chwon
# expect: invalid-instruction@8
# expect: invalid-instruction@9
FROM alpine:3.22
RUNN apk add curl
COPY --chwon=1 a b
ENV
HEALTHCHECK --interval=fast CMD true
