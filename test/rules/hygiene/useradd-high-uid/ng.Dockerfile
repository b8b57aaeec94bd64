# expect: useradd-high-uid@4:5 low | 123456
# expect: useradd-high-uid@5
FROM debian:12
RUN useradd -u 123456 app
RUN groupadd app && useradd --uid=1000700000 -g app app
