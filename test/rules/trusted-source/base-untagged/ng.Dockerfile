# expect: base-untagged@2:6 medium | Built on debian, without a tag
FROM debian
