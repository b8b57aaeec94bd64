# expect: npm-unpinned@6 low | @angular/cli, typescript
# expect: npm-unpinned@7 | npm@latest
# expect: npm-unpinned@8 | serve
# expect: npm-unpinned@9 | turbo
FROM node:22
RUN npm install -g @angular/cli typescript pm2@6.0.8
RUN npm i -g npm@latest
RUN yarn global add serve
RUN pnpm add -g turbo
