# expect: untrusted-registry@2:6 high confidence=medium | Built on someone/app:1.0
FROM someone/app:1.0
