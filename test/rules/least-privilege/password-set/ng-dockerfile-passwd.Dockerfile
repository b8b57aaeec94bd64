# expect: password-set@3 medium | app
FROM debian:13-slim
RUN echo secret | passwd --stdin app
