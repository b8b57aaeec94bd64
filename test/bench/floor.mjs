/**
 * The least that a scan of gzip layers can cost: read, hash the blob, inflate, hash the tar. Reads of 1 MiB and
 * chunks of 256 KiB are the fastest that node:zlib does. Usage: node floor.mjs BLOB...
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

for (const path of process.argv.slice(2)) {
  const digest = createHash('sha256');
  const diffID = createHash('sha256');
  const blob = createReadStream(path, { highWaterMark: 1 << 20 });
  blob.on('data', (chunk) => digest.update(chunk));
  const tar = createGunzip({ chunkSize: 256 << 10 });
  tar.on('data', (chunk) => diffID.update(chunk));
  await pipeline(blob, tar);
  console.log(`${digest.digest('hex')} ${diffID.digest('hex')}`);
}
