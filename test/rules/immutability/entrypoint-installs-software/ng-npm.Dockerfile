# expect: entrypoint-installs-software@3 high | CMD installs software at each start (npm install)
FROM node:24-slim
CMD npm install && npm start
