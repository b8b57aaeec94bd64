# expect: gem-unpinned@3 low | bundler
FROM ruby:3.4-slim
RUN gem install bundler rake:13.2.1
