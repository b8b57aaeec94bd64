/** A worker of real parts over a database: what `tare worker` is made of, but for its options. */
import { join } from 'node:path';
import type { Shelf } from '../../../../src/app/server/assess/layer-store.ts';
import { AssessPool } from '../../../../src/app/server/assess/pool.ts';
import type { AssessSettings } from '../../../../src/app/server/assess/protocol.ts';
import type { Log } from '../../../../src/app/server/log.ts';
import { Queue } from '../../../../src/app/server/queue/queue.ts';
import type { Database } from '../../../../src/app/server/store/database.ts';
import { layerOf, storeLayer } from '../../../../src/app/server/store/layers.ts';
import { handlersFor, noteFailure } from '../../../../src/app/server/worker/handlers.ts';
import { judgeOf } from '../../../../src/app/server/worker/judge.ts';
import { Worker } from '../../../../src/app/server/worker/worker.ts';

export function settingsFor(host: string): AssessSettings {
  return {
    ...{ rulesets: [], trusted: [], limits: {}, version: '0.0.0-test' },
    registry: {
      guard: { registries: [host], private: [host] },
      retry: { attempts: 2, baseMs: 1, maxMs: 100 },
      ...{ certsDirs: [], attestations: false },
    },
  };
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Layers in the database, as the server keeps them. */
export function shelfOn(database: Database): Shelf {
  return {
    get: (key) => layerOf(database.query, key),
    put: (key, body) => void storeLayer(database.query, key, body).catch(() => {}),
  };
}

export function poolOn(database: Database, host: string, file: string, size = 1): AssessPool {
  return new AssessPool({
    ...{ file, settings: settingsFor(host), size, env: process.env, shelf: shelfOn(database) },
    limits: { memoryBytes: 512 << 20, timeMs: 60_000 },
  });
}

/** One that grades, one image at a time, and writes down each delivery in the table `told`. */
export async function startWorker(
  database: Database,
  given: { host: string; root: string; log?: Log; pool?: AssessPool; queue?: Queue },
): Promise<{ worker: Worker; queue: Queue; stop(): Promise<void> }> {
  const { host, log = silent } = given;
  const queue = given.queue ?? (await Queue.open(database, () => {}));
  const pool = given.pool ?? poolOn(database, host, join(given.root, 'dist/assess-worker.cjs'));
  const settings = settingsFor(host);
  const handlers = handlersFor({
    ...{ database, queue, pool, log, registry: settings.registry, env: {} },
    judge: judgeOf(settings),
    outlets: new Map([
      [
        'table',
        {
          name: 'table',
          deliver: async (verdict) => {
            await database.query('insert into public.told (tag, digest) values ($1, $2)', [
              verdict.tag,
              verdict.digest,
            ]);
          },
        },
      ],
    ]),
    // biome-ignore lint/correctness/useYield: there is nothing to enumerate
    sweep: async function* () {
      throw new Error('nobody asked for a sweep');
    },
  });
  const worker = new Worker({
    ...{ database, queue, handlers, log, onFailure: noteFailure },
    ...{ at: { scan: 1, resolve: 1, deliver: 1, sweep: 0 }, beatMs: 500, lostAfter: 2 },
  });
  await worker.start();
  return {
    worker,
    queue,
    async stop() {
      await worker.stop();
      if (!given.pool) pool.close();
      if (!given.queue) await queue.close();
    },
  };
}
