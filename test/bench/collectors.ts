/** Reads layers on this thread with the collectors that the first argument names: `none`, `all`, or an id. `list` prints the ids. */
import { statSync } from 'node:fs';
import { layerCollectors } from '../../src/facts/collectors.ts';
import { defaultLimits } from '../../src/image/limits.ts';
import { fileChunks, readLayer } from '../../src/image/read-layer.ts';

const [which, ...blobs] = process.argv.slice(2);
const collectors =
  which === 'all'
    ? layerCollectors
    : which === 'none'
      ? []
      : layerCollectors.filter((collector) => collector.id === which);

async function main(): Promise<void> {
  if (which === 'list') console.log(layerCollectors.map((collector) => collector.id).join('\n'));
  for (const path of blobs) {
    await readLayer(fileChunks(path, 0, statSync(path).size), { collectors, limits: defaultLimits, what: path });
  }
}

void main();
