# expect: tls-verification-disabled@6 high | pip --trusted-host
# expect: tls-verification-disabled@7 high | npm strict-ssl false
# expect: tls-verification-disabled@8 high | wget --no-check-certificate
# expect: tls-verification-disabled@9 high | sslverify=0 in /etc/yum.repos.d/a.repo
FROM example.com/all:1
RUN pip install --trusted-host pypi.example.org a
RUN npm config set strict-ssl false
RUN wget --no-check-certificate https://example.com/a
RUN printf '[a]\nbaseurl=https://example.com\nsslverify=0\n' > /etc/yum.repos.d/a.repo
