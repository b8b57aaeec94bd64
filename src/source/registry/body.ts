import { SourceError } from '../../types.ts';
import { type HttpResponse, type Transport, TransportError } from './transport.ts';

/**
 * An answer's bytes. Only the time that the reader spends waiting counts as silence or stalling, so that a slow
 * consumer is not taken for a slow registry. @throws TransportError where the connection breaks or stalls.
 */
export async function* readChunks(
  response: HttpResponse,
  transport: Transport,
): AsyncGenerator<Buffer, void, undefined> {
  const { body, url } = response;
  const { timeouts, signal } = transport;
  let waiting = false;
  const timer = setInterval(
    () => {
      if (waiting && performance.now() - since > timeouts.idle) body.destroy(new TransportError('EIDLE', url.host));
    },
    Math.max(10, timeouts.idle / 4),
  );
  timer.unref();
  let since = performance.now();
  let waited = 0;
  let arrived = 0;
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      since = performance.now();
      waiting = true;
      const next = await chunks.next();
      waiting = false;
      if (next.done) return;
      waited += performance.now() - since;
      arrived += next.value.length;
      if (waited > timeouts.stall) {
        if (arrived < timeouts.stallBytes) throw new TransportError('ESTALLED', url.host);
        waited = arrived = 0;
      }
      yield next.value;
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof TransportError) throw error;
    throw new TransportError((error as NodeJS.ErrnoException).code ?? 'ECONNRESET', url.host);
  } finally {
    clearInterval(timer);
    body.destroy();
  }
}

/** A whole answer, at most `limit` bytes. @throws SourceError past the limit, TransportError where it breaks. */
export async function readDocument(
  response: HttpResponse,
  transport: Transport,
  limit: number,
  what: string,
): Promise<Buffer> {
  const tooLong = (): SourceError =>
    new SourceError(`${what} from ${response.url.host} is longer than ${limit} bytes, the limit for a document`);
  if (Number(response.headers['content-length'] ?? 0) > limit) {
    response.body.destroy();
    throw tooLong();
  }
  const deadline = setTimeout(
    () => response.body.destroy(new TransportError('ESTALLED', response.url.host)),
    transport.timeouts.document,
  );
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of readChunks(response, transport)) {
      size += chunk.length;
      if (size > limit) throw tooLong();
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(deadline);
  }
  return Buffer.concat(chunks, size);
}
