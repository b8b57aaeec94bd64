/** Thread that reads layers of local files; src/image/worker-pool.ts is its other half. */
import { parentPort } from 'node:worker_threads';
import { layerCollectors } from '../facts/collectors.ts';
import { fileChunks, readLayer } from '../image/read-layer.ts';
import { encodeRecord } from '../image/record-codec.ts';
import type { LayerAnswer, LayerTask } from '../image/worker-pool.ts';
import { SourceError } from '../types.ts';

parentPort!.on('message', (task: LayerTask) => {
  const answer = (message: LayerAnswer): void => parentPort!.postMessage(message);
  let told = 0;
  readLayer(fileChunks(task.path, task.offset, task.length), {
    collectors: layerCollectors,
    limits: task.limits,
    what: task.what,
    progress: (bytes) => {
      if (bytes - told < 8 << 20) return;
      told = bytes;
      answer({ progress: bytes });
    },
  }).then(
    (record) => answer({ record: encodeRecord(record) }),
    (error: unknown) =>
      answer({
        error: error instanceof Error ? error.message : String(error),
        isSourceError: error instanceof SourceError,
      }),
  );
});
