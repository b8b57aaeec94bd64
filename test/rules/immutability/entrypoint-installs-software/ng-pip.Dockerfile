# expect: entrypoint-installs-software@3 high | pip install -r
FROM python:3.14-slim
CMD ["sh", "-c", "pip install -r requirements.txt && python app.py"]
