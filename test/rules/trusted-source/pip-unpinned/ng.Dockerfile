# expect: pip-unpinned@5 low | flask, gunicorn[gevent]
# expect: pip-unpinned@6 | pip
# expect: pip-unpinned@7 | git+https://github.com/acme/tool
FROM python:3.13-slim
RUN pip install --no-cache-dir -i https://pypi.example.com/simple flask "gunicorn[gevent]" jinja2==3.1.6
RUN python -m pip install --upgrade pip
RUN pip3 install git+https://github.com/acme/tool
