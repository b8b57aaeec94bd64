# expect: curl-pipe-shell@3 high | bash
FROM debian:13-slim
RUN wget -qO- https://example.com/setup_22.x | sudo -E bash -
