# unsafe
from node:22
workdir /app
copy . .
cmd ["node", "index.js"]
