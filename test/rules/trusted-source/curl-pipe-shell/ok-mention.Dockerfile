FROM debian:13-slim
# curl https://get.example.com | sh
RUN echo "curl https://get.example.com | sh" > /notes
