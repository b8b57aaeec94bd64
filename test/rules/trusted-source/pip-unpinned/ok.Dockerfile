FROM python:3.13-slim
ARG POETRY_VERSION=2.1.3
RUN pip install flask==3.1.0 'jinja2~=3.1' "werkzeug >= 3.0, < 4" "poetry==${POETRY_VERSION}" "uvicorn[standard]==0.34.0"
RUN pip install -r requirements.txt && pip install -c constraints.txt requests
RUN pip install . && pip install -e ./lib && pip install dist/*.whl ./pkg.tar.gz https://example.com/a-1.0.whl
RUN pip install git+https://github.com/acme/tool@v1.2.3#egg=tool
RUN pip install --no-index --find-links=/wheels acme
RUN pip install $EXTRA && pip uninstall -y flask && pip list
RUN echo "pip install flask" && printf 'pip install jinja2\n' > notes.txt
