# expect: base-not-digest-pinned@2:6 low | Built on debian:13-slim, without a digest
FROM debian:13-slim
