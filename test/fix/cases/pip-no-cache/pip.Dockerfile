FROM python:3.12
RUN pip install -r requirements.txt && python3 -m pip install --user tox
RUN uv pip install --system flask
RUN ["pip", "install", "flask"]
