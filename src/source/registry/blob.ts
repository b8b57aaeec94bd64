import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Descriptor } from '../../image/documents.ts';
import { SourceError } from '../../types.ts';
import { readChunks } from './body.ts';
import type { RepositoryClient } from './client.ts';
import { altered } from './document.ts';
import { backOff, isTransient } from './retry.ts';
import { type HttpResponse, TransportError } from './transport.ts';

/**
 * The bytes of a blob, checked against size and digest while they pass. A broken download goes on where it broke
 * (RFC 9110 §14, Range); a registry that ignores Range is read again from the start and the known part skipped.
 * @throws SourceError naming the blob when it is not what its digest says (after the last byte), or cannot be had.
 */
export async function* readBlob(
  client: RepositoryClient,
  descriptor: Descriptor,
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { digest, size } = descriptor;
  const hash = createHash('sha256');
  let received = 0;
  const failures = { inARow: 0, inAll: 0 };
  for (;;) {
    const before = received;
    const response = await request(client, descriptor, what, received);
    try {
      let skip = received - startOf(response, received, size);
      const declared = Number(response.headers['content-length'] ?? Number.NaN) + received - skip;
      if (size !== undefined && !Number.isNaN(declared) && declared !== size) {
        throw altered(what, `is ${declared} bytes long at ${response.url.host}, where its manifest says ${size}`);
      }
      for await (const chunk of readChunks(response, client.transport)) {
        const fresh = skip === 0 ? chunk : chunk.subarray(skip);
        skip -= chunk.length - fresh.length;
        if (fresh.length === 0) continue;
        received += fresh.length;
        if (size !== undefined && received > size)
          throw altered(what, `goes on past the ${size} bytes that its manifest says`);
        hash.update(fresh);
        yield fresh;
      }
      // Without a length, an answer that ends early looks complete.
      if (size !== undefined && received < size) throw new TransportError('ECONNRESET', response.url.host);
      break;
    } catch (error) {
      // A few bytes each time are no progress: a registry could hold us for ever.
      failures.inARow = received - before >= client.transport.timeouts.stallBytes ? 1 : failures.inARow + 1;
      failures.inAll++;
      const { attempts } = client.retry;
      if (!isTransient(error) || failures.inARow >= attempts || failures.inAll >= attempts * 10)
        throw client.explain(error, what);
      await sleep(backOff(client.retry, failures.inARow), undefined, { signal: client.transport.signal });
    } finally {
      response.body.destroy();
    }
  }
  const actual = `sha256:${hash.digest('hex')}`;
  if (actual !== digest) throw altered(what, `has the digest ${actual}, which is not what names it`);
}

/** Passing troubles were already tried again when this fails. */
async function request(
  client: RepositoryClient,
  { digest }: Descriptor,
  what: string,
  from: number,
): Promise<HttpResponse> {
  return client.ask({ path: `blobs/${digest}`, what, headers: from > 0 ? { range: `bytes=${from}-` } : {} });
}

/** Where an answer's bytes begin. @throws where it begins past what we have. */
function startOf(response: HttpResponse, wanted: number, size: number | undefined): number {
  if (wanted === 0 && response.status !== 206) return 0;
  if (response.status === 200) return 0;
  const range = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(response.headers['content-range'] ?? '');
  const start = Number(range?.[1]);
  const total = range?.[3] === '*' ? undefined : Number(range?.[3]);
  if (
    response.status === 206 &&
    range &&
    start === wanted &&
    (total === undefined || size === undefined || total === size)
  )
    return start;
  response.body.destroy();
  throw new SourceError(
    `${response.url.host} answers a Range request with other bytes than asked for; try again, or another mirror`,
  );
}
