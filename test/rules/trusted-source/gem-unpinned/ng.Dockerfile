# expect: gem-unpinned@5 | rake
# expect: gem-unpinned@4 low | bundler
FROM ruby:3.4-slim
RUN gem install bundler rake:13.2.1
RUN gem i rake
