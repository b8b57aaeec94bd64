# Starting is not installing, and what a later CMD replaces never runs.
FROM node:24-slim
CMD npm install
CMD ["npm", "start"]
