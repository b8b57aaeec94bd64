FROM node:24-alpine3.23
