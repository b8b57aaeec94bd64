/** Scan process of the server: grades one image at a time, and may be ended at any moment. src/app/server/assess/process.ts is its other half. */

import { mayPass } from '../source/registry/errors.ts';
import { SourceError } from '../types.ts';
import { assess, type Judge, loadJudge, MissingError } from './server/assess/assess.ts';
import type { Shelf } from './server/assess/layer-store.ts';
import type { FromProcess, ToProcess } from './server/assess/protocol.ts';

let judge: Judge | undefined;
let asked = 0;
const waiting = new Map<number, (body: Uint8Array | undefined) => void>();
const running = new Map<number, AbortController>();

function tell(message: FromProcess): void {
  process.send!(message);
}

const shelf: Shelf = {
  get: (key) =>
    new Promise((resolve) => {
      waiting.set(++asked, resolve);
      tell({ say: 'layer?', ask: asked, key });
    }),
  put: (key, body) => tell({ say: 'layer!', key, body }),
};

process.on('message', async (message: ToProcess) => {
  if (message.say === 'layer') {
    waiting.get(message.ask)?.(message.body);
    waiting.delete(message.ask);
  } else if (message.say === 'stop') running.get(message.id)?.abort(new SourceError('the scan was stopped'));
  else if (message.say === 'start') {
    try {
      judge = await loadJudge(message.settings);
      tell({ say: 'ready' });
    } catch (error) {
      tell({ say: 'refused', message: (error as Error).message });
    }
  } else await work(message.id, message.task);
});
// The server is gone: nobody waits for an answer.
process.on('disconnect', () => process.exit(0));

async function work(id: number, task: Extract<ToProcess, { say: 'task' }>['task']): Promise<void> {
  const stop = new AbortController();
  running.set(id, stop);
  try {
    tell({ say: 'done', id, assessed: await assess(judge!, task, shelf, stop.signal) });
  } catch (error) {
    const { message, stack } = error as Error;
    if (error instanceof MissingError) tell({ say: 'failed', id, message, why: 'missing' });
    else if (mayPass(error)) tell({ say: 'failed', id, message, why: 'passing' });
    else if (error instanceof SourceError) tell({ say: 'failed', id, message, why: 'image' });
    else tell({ say: 'failed', id, message: stack ?? message, why: 'fault' });
  } finally {
    running.delete(id);
  }
}
