FROM debian:12
RUN curl -fsSLk https://example.com/a -o a && \
    wget --no-check-certificate -q \
      https://example.com/b && \
    wget -q https://example.com/c \
      --no-check-certificate
RUN pip install --trusted-host pypi.org --trusted-host=files.pythonhosted.org flask
RUN curl https://example.com/d \
      --insecure \
      -o d && git -c http.sslVerify=false clone https://example.com/e.git
