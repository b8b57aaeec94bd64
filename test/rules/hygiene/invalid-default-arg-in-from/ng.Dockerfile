# expect: invalid-default-arg-in-from@5:6 low | busybox:,
# expect: invalid-default-arg-in-from@6 | is empty
ARG TAG
ARG BASE
FROM busybox:${TAG}
FROM $BASE
