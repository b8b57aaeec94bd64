FROM registry.example.com/base:1
WORKDIR app
