FROM node:22
ARG YARN_VERSION
RUN npm ci && npm install && npm install --omit=dev && yarn && pnpm install
RUN npm install -g @angular/cli@19.2.0 typescript@^5.8 yarn@$YARN_VERSION
RUN npm install ./local /opt/tool file:../x pkg.tgz https://example.com/a.tgz
RUN npm install git+https://github.com/acme/tool.git#v1.0.0
RUN npm run install && npm uninstall typescript
RUN yarn add serve@14.2.4
