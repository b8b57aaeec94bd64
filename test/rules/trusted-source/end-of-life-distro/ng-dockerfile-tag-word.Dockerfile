# expect: end-of-life-distro@2:6 high | Alpine Linux 3.18
FROM node:20-alpine3.18
