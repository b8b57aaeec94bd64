require('node:http')
  .createServer((_, response) => response.end(`${require('right-handed')}\n`))
  .listen(3000);
