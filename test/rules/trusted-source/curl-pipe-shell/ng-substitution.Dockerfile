# expect: curl-pipe-shell@5:12 high | bash
# expect: curl-pipe-shell@6:14 high | sh
# expect: curl-pipe-shell@7:13 high | eval
FROM debian:13-slim
RUN bash <(curl -s https://example.com/a.sh)
RUN sh -c "$(curl -fsSL https://example.com/b.sh)"
RUN eval "$(curl -fsSL https://example.com/c.sh)"
