/**
 * Pushes a file as a blob, as clients do: POST, one PATCH in chunks as they come, PUT with the digest.
 * Usage: node push-blob.mjs HOST REPOSITORY FILE DIGEST
 */
import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';

const [host, repository, file, digest] = process.argv.slice(2);

const begun = await send('POST', `http://${host}/v2/${repository}/blobs/uploads/`, 202);
const sent = await send('PATCH', begun, 202, createReadStream(file, { highWaterMark: 1 << 20 }));
await send('PUT', `${sent}${sent.includes('?') ? '&' : '?'}digest=${digest}`, 201);

async function send(method, url, status, body) {
  const headers = body ? { 'content-type': 'application/octet-stream' } : { 'content-length': 0 };
  const call = request(url, { method, headers });
  const answered = new Promise((resolve, reject) => call.once('response', resolve).once('error', reject));
  await (body ? pipeline(body, call) : call.end());
  const answer = await answered;
  answer.resume();
  if (answer.statusCode !== status) throw new Error(`${method} ${url}: ${answer.statusCode}`);
  return new URL(answer.headers.location, url).href;
}
