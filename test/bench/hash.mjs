/** Hashes files and nothing else: what a cached scan of an archive cannot go below. Usage: node hash.mjs FILE... */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

for (const path of process.argv.slice(2)) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  console.log(hash.digest('hex'));
}
