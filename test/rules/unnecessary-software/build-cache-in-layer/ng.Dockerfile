# expect: build-cache-in-layer@9 low | cargo build
# expect: build-cache-in-layer@10 | go build
# expect: build-cache-in-layer@11 | mvnw package
# expect: build-cache-in-layer@12 | composer install
# expect: build-cache-in-layer@13 | dotnet restore
# expect: build-cache-in-layer@14 | bundle install
# expect: build-cache-in-layer@15 | gradle build
FROM example.com/all-of-them:1
RUN cargo build --release
RUN CGO_ENABLED=0 go build -o /app ./...
RUN ./mvnw -q package && ./mvnw clean
RUN composer install --no-dev
RUN dotnet restore
RUN bundle install --jobs 4
RUN gradle build
