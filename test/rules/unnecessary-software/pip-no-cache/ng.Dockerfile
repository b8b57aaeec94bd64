# expect: pip-no-cache@5
# expect: pip-no-cache@6
# expect: pip-no-cache@7 | uv pip
FROM python:3.13-slim
RUN pip install -r requirements.txt
RUN python3 -m pip install flask==3.1.0 && pip install gunicorn==23.0.0
RUN uv pip install --system flask==3.1.0
