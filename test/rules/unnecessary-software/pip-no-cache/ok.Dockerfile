FROM python:3.13-slim AS build
RUN pip install build

FROM python:3.13-slim
RUN pip install --no-cache-dir flask==3.1.0
RUN pip --no-cache-dir install -r requirements.txt
RUN PIP_NO_CACHE_DIR=1 pip install gunicorn
RUN export PIP_NO_CACHE_DIR=off && pip install jinja2
RUN --mount=type=cache,target=/root/.cache pip install werkzeug
RUN --mount=type=cache,target=/root/.cache/pip,id=pip pip3 install click
RUN pip install requests && rm -rf ~/.cache
RUN pip install certifi && pip cache purge
RUN PIP_CACHE_DIR=/tmp/pip pip install idna && rm -rf /tmp/pip
ARG PIP_NO_CACHE_DIR=1
RUN pip install urllib3
RUN pip uninstall -y urllib3 && echo 'pip install x'
