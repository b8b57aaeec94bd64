# Git asks only whether the variable is set: 0 is as bad as 1.
# expect: tls-verification-disabled@6:12 high | GIT_SSL_NO_VERIFY=0
# expect: tls-verification-disabled@7:5 high | http.sslverify false
# expect: tls-verification-disabled@8:5 high | git -c http.sslVerify=false
FROM alpine:3.23
RUN export GIT_SSL_NO_VERIFY=0 && git clone https://example.com/a
RUN git config --global http.sslVerify false
RUN git -c http.sslVerify=false clone https://example.com/a
