FROM rust:1 AS build
RUN cargo build --release

FROM example.com/all-of-them:1
COPY --from=build /target/release/app /app
RUN --mount=type=cache,target=/root/.cargo/registry cargo build
RUN --mount=type=cache,target=/go/pkg/mod go build ./... && go version
RUN mvn -q package && rm -rf ~/.m2
RUN COMPOSER_CACHE_DIR=/dev/null composer install
RUN composer install && composer clear-cache
RUN dotnet restore && dotnet nuget locals all --clear
RUN bundle install && rm -rf /usr/local/bundle/cache/*.gem
RUN gradle build && rm -rf /home/gradle/.gradle
RUN pnpm install && go clean && mvn --version && echo go build
