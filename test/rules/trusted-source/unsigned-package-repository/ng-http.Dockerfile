# expect: unsigned-package-repository@4 high | plain HTTP
# expect: unsigned-package-repository@5 high | PIP_INDEX_URL=http://
FROM python:3.14-slim
RUN pip install --index-url http://pypi.example.com/simple a
ENV PIP_INDEX_URL=http://pypi.example.com/simple
