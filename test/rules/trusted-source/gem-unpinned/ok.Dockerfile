FROM ruby:3.4-slim
RUN gem install bundler:2.6.9 && gem install rake -v 13.2.1 && gem install --version=1.0.0 thor
RUN gem install ./local.gem && gem update --system 3.6.9
RUN bundle install
RUN gem install nokogiri:1.18.8 -- --use-system-libraries=true
