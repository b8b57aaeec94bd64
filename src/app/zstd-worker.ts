/** Thread that runs the synchronous zstd decoder; src/image/zstd-thread.ts is its other half. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { zstdDecoder } from '../image/zstd-decode.ts';
import { counters } from '../image/zstd-thread.ts';

const { shared, port } = (workerData as { zstd: { shared: Int32Array; port: MessagePort } }).zstd;
const outstanding = 8;

async function run(): Promise<void> {
  const decode = await zstdDecoder();
  let given = 0;
  try {
    for (const chunk of decode(input())) {
      // Sleeps while the other side has not used up what it was given: memory stays flat.
      for (
        let taken = Atomics.load(shared, counters.taken);
        given - taken >= outstanding;
        taken = Atomics.load(shared, counters.taken)
      ) {
        Atomics.wait(shared, counters.taken, taken);
      }
      given++;
      parentPort!.postMessage(chunk, [chunk.buffer as ArrayBuffer]);
    }
    parentPort!.postMessage('end');
  } catch (error) {
    parentPort!.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
}

function* input(): Generator<Uint8Array> {
  let seen = 0;
  for (;;) {
    const message = receiveMessageOnPort(port) as { message: Uint8Array | null } | undefined;
    if (!message) {
      Atomics.wait(shared, counters.sent, seen);
      continue;
    }
    seen++;
    if (message.message === null) return;
    parentPort!.postMessage('more');
    yield message.message;
  }
}

void run();
