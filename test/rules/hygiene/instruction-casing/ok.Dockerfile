from debian:12
run true
onbuild copy a b
