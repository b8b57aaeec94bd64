/** Database, queue, scan processes and worker of one process, started and stopped as one. */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { checkRegistry } from '../../source/registry/guard.ts';
import type { RegistryOptions } from '../../source/registry/options.ts';
import { openRuleset } from '../../source/ruleset.ts';
import { UsageError } from '../../types.ts';
import type { Shelf } from './assess/layer-store.ts';
import { AssessPool, type PoolOptions } from './assess/pool.ts';
import type { AssessSettings } from './assess/protocol.ts';
import type { ServerConfig } from './config.ts';
import type { Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { reportPath } from './parts.ts';
import { Queue } from './queue/queue.ts';
import type { Database } from './store/database.ts';
import { layerOf, pruneLayers, storeLayer } from './store/layers.ts';
import { migrate } from './store/schema.ts';
import { sweepEvents } from './sweep/job.ts';
import { createWays } from './verdict/config.ts';
import { createOutlets, type Outlet } from './verdict/outlets.ts';
import { handlersFor, noteFailure } from './worker/handlers.ts';
import { judgeOf } from './worker/judge.ts';
import { Worker } from './worker/worker.ts';

export interface Engine {
  database: Database;
  queue: Queue;
  worker: Worker | undefined;
  judge: string;
  outlets: ReadonlyMap<string, Outlet>;
  registry: RegistryOptions;
  settings: AssessSettings;
  shelf: Shelf;
  metrics: Metrics;
  stop(): Promise<void>;
}

export interface EngineOptions {
  config: ServerConfig;
  version: string;
  log: Log;
  env: Record<string, string | undefined>;
  /** Images graded at once; 0: jobs are left to other workers. */
  workers: number;
  /** The built scan process. */
  processFile: string;
}

/** How often the layers are made to fit, ms. */
const pruneEvery = 600_000;
/** Deliveries, look-ups and sweeps wait for others most of the time. */
const beside = { resolve: 2, deliver: 2, sweep: 1 };

/** @throws UsageError, RulesetError before anything is taken. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { config, log, env, workers } = options;
  const registry = registryOf(config);
  const settings = await settingsOf(options, registry);
  const outlets = createOutlets(createWays(config.verdicts, config.secretOf), { registry, env, log });
  const database = await openDatabase(config, log);
  const closing: (() => unknown)[] = [() => database.close()];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    await migrate(database);
    const queue = await Queue.open(database, (error) => log.warn({ error: error.message }, 'the queue had trouble'));
    closing.push(() => queue.close());
    const metrics = createMetrics(queue);
    const shelf = shelfOf(database, metrics, log);
    const pool = await openPool(config, { file: options.processFile, settings, shelf, size: workers, env });
    closing.push(() => pool.close());
    // It said whether the rules make sense, and nothing is graded here.
    if (workers === 0) pool.close();
    const judge = judgeOf(settings);
    const { url } = config;
    const worker =
      workers === 0
        ? undefined
        : new Worker({
            database,
            queue,
            log,
            at: { scan: workers, ...beside },
            onFailure: noteFailure,
            handlers: handlersFor({
              ...{ database, queue, pool, judge, outlets, registry, env, log },
              sweep: (job, signal) => sweepEvents(job, signal, { options: registry, env, log }),
              graded: metrics.graded,
              reportUrl: url === undefined ? undefined : (digest) => new URL(reportPath(digest), url).href,
            }),
          });
    if (worker) {
      await worker.start();
      closing.push(() => worker.stop());
    }
    const pruning = setInterval(() => {
      pruneLayers(database.query, config.layerCache).catch((error: Error) =>
        log.warn({ error: error.message }, 'old layers could not be dropped'),
      );
    }, pruneEvery);
    pruning.unref();
    closing.push(() => clearInterval(pruning));
    return { database, queue, worker, judge, outlets, registry, settings, shelf, metrics, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Scan processes within the limits of the options; one of them is started. @throws UsageError where rules or policy are none. */
export async function openPool(
  { scan }: Pick<ServerConfig, 'scan'>,
  options: Omit<PoolOptions, 'limits'>,
): Promise<AssessPool> {
  const pool = new AssessPool({ ...options, limits: { memoryBytes: scan.memory, timeMs: scan.time } });
  await pool.check().catch((error: Error) => {
    throw new UsageError(error.message);
  });
  return pool;
}

function shelfOf({ query }: Database, metrics: Metrics, log: Log): Shelf {
  return {
    async get(key) {
      const body = await layerOf(query, key);
      if (key.startsWith('l-')) metrics.layer(body !== undefined);
      return body;
    },
    put: (key, body) =>
      void storeLayer(query, key, body).catch((error: Error) =>
        log.warn({ error: error.message }, 'a layer could not be stored'),
      ),
  };
}

/** As many as there are cores, where the options do not say. */
export function workersOf(config: ServerConfig): number {
  return config.workers ?? availableParallelism();
}

/** How registries are asked: only those that the options name, at addresses that they may have. */
export function registryOf({
  registries,
  registryCA,
}: Pick<ServerConfig, 'registries' | 'registryCA'>): RegistryOptions {
  return {
    guard: {
      registries: registries.map(({ host }) => host),
      private: registries.filter((one) => one.private).map(({ host }) => host),
    },
    insecure: registries.filter((one) => one.insecure).map(({ host }) => host),
    ...(registryCA !== undefined && { caFile: registryCA }),
  };
}

/** @throws SourceError for a registry that the options do not name. */
export function checkAllowed(registry: RegistryOptions, name: string): void {
  if (registry.guard) checkRegistry(registry.guard, name);
}

/** Rules, policy and limits, as scan processes are told of them. @throws UsageError, SourceError for a ruleset that cannot be had. */
export async function settingsOf(
  { config, version, env }: Pick<EngineOptions, 'config' | 'version' | 'env'>,
  registry: RegistryOptions,
): Promise<AssessSettings> {
  const rulesets = [];
  for (const source of config.rulesets) {
    const place = /^(?:npm|oci):/.test(source) ? source : resolve(config.folder, source);
    rulesets.push(...(await openRuleset(place, { cwd: config.folder, env, registry })));
  }
  return {
    ...{ rulesets, trusted: config.trusted, limits: {}, registry, version },
    ...(config.policy && { policy: config.policy }),
  };
}

async function openDatabase({ database }: ServerConfig, log: Log): Promise<Database> {
  if ('folder' in database) return (await import('./store/embedded.ts')).openEmbedded(database.folder);
  const { openPostgres } = await import('./store/postgres.ts');
  return openPostgres(database.url, (error) => log.warn({ error: error.message }, 'a database connection was lost'));
}
