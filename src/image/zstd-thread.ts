/**
 * zstd where Node has none of its own (before 22.15): the WASM decoder pulls its input synchronously,
 * so it runs in a thread that sleeps on shared memory until bytes arrive.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { SourceError } from '../types.ts';

/** Slots of the shared counters. */
export const counters = { sent: 0, taken: 1 } as const;
const inFlight = 4;

/** The uncompressed bytes. @throws Error with the decoder's reason. */
export async function* zstdThread(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(workerFile(), { workerData: { zstd: { shared, port: port2 } }, transferList: [port2] });
  const queue: (Uint8Array | { error: string } | 'end' | 'more')[] = [];
  let wake: () => void = () => {};
  const push = (item: (typeof queue)[number]): void => {
    queue.push(item);
    wake();
  };
  worker.on('message', push);
  worker.on('error', (error) => push({ error: error.message }));
  worker.on('exit', () => push('end'));
  let wanted = inFlight;
  let credit: () => void = () => {};
  let inputError: unknown;
  let stopped = false;
  const send = (message: unknown): void => {
    port1.postMessage(message);
    Atomics.add(shared, counters.sent, 1);
    Atomics.notify(shared, counters.sent);
  };
  void (async () => {
    try {
      for await (const chunk of bytes) {
        if (stopped) return;
        send(new Uint8Array(chunk));
        if (--wanted === 0) await new Promise<void>((resolve) => (credit = resolve));
      }
      send(null);
    } catch (error) {
      inputError = error;
      push({ error: 'input failed' });
    }
  })();
  try {
    for (;;) {
      if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const item = queue.shift();
      if (item === undefined) continue;
      if (item === 'end') break;
      if (item === 'more') {
        wanted++;
        credit();
      } else if (item instanceof Uint8Array) {
        yield item;
        Atomics.add(shared, counters.taken, 1);
        Atomics.notify(shared, counters.taken);
      } else throw inputError ?? new Error(item.error);
    }
    if (inputError) throw inputError;
  } finally {
    stopped = true;
    credit();
    port1.close();
    await worker.terminate();
  }
}

/** The built worker beside the bundle, or in dist/ when the sources run unbundled. */
function workerFile(): string {
  const here = import.meta.dirname ?? __dirname;
  for (const file of [join(here, 'zstd-worker.cjs'), join(here, '../../dist/zstd-worker.cjs')])
    if (existsSync(file)) return file;
  throw new SourceError(
    'the zstd decoder is missing beside the program; run npm run build, or use Node 22.15 or later',
  );
}
