/** Entry of the server's own bundle: nobody who scans from a command line loads any of it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { isLoopbackHost } from '../../image/reference.ts';
import { UsageError } from '../../types.ts';
import { createApp } from './app.ts';
import { tokensConfigured } from './auth.ts';
import { type ServerConfig, type ServerFlags, serverConfig } from './config.ts';
import { checkAllowed, type Engine, registryOf, settingsOf, startEngine, workersOf } from './engine.ts';
import { type GateService, startGate } from './gate-service.ts';
import { createHooks } from './hooks/config.ts';
import type { Log } from './log.ts';
import type { Jobs } from './queue/queue.ts';
import { lookUpStale } from './rescan.ts';
import { acceptPushes } from './store/pushes.ts';

/** What the process gives. */
export interface Surroundings {
  version: string;
  env: Record<string, string | undefined>;
  signal: AbortSignal;
}

/** `tare serve`, until the signal. Answers with the exit code. @throws UsageError, RulesetError, SourceError. */
export async function serve(flags: ServerFlags, surroundings: Surroundings): Promise<number> {
  const { env, version, signal } = surroundings;
  const log = logger();
  const config = serverConfig(flags, env);
  refuseNone(config);
  const engine = await startEngine({
    config,
    version,
    log,
    env,
    workers: workersOf(config),
    processFile: processFile(),
  });
  try {
    const { host, port } = config.listen;
    if (
      !isLoopbackHost(host.includes(':') ? `[${host}]` : host) &&
      !(await tokensConfigured({ adminToken: config.adminToken, database: engine.database }))
    )
      throw new UsageError(
        `listening on ${host} lets others in, and no token is configured; set adminToken in the options file, or listen on 127.0.0.1`,
      );
    const app = await createApp(partsOf(config, engine, log, surroundings));
    try {
      await app.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
        throw new UsageError(`cannot listen on ${host}:${port} (${error.code}); choose another with --listen`);
      });
      log.info({ listen: app.server.address(), judge: engine.judge, workers: workersOf(config) }, 'tare serves');
      const gate = config.gate && (await startGate(gateWith(engine, { config, log, env })));
      if (gate) log.info({ listen: gate.address, upstream: config.gate!.upstream }, 'the gate stands');
      await ended(signal);
      await gate?.stop();
    } finally {
      await app.close();
    }
  } finally {
    await engine.stop();
  }
  log.info({}, 'stopped; jobs in hand were handed back');
  return 0;
}

/** `tare worker`, until the signal: takes jobs of a PostgreSQL that others serve. */
export async function work(flags: ServerFlags, { env, version, signal }: Surroundings): Promise<number> {
  const log = logger();
  const config = serverConfig(flags, env);
  refuseNone(config);
  if (!('url' in config.database))
    throw new UsageError(
      'a worker shares its database with a server, which only PostgreSQL allows; give both the same --database-url',
    );
  const workers = Math.max(1, workersOf(config));
  const engine = await startEngine({ config, version, log, env, workers, processFile: processFile() });
  log.info({ judge: engine.judge, workers }, 'tare works');
  await ended(signal);
  await engine.stop();
  log.info({}, 'stopped; jobs in hand were handed back');
  return 0;
}

/** `tare gate`, until the signal: alone, or with the PostgreSQL of a server that shows what it decides. */
export async function gate(flags: ServerFlags, { env, version, signal }: Surroundings): Promise<number> {
  const log = logger();
  const config = serverConfig(flags, env);
  const service = { config, log, env };
  const engine = config.database.given
    ? await startEngine({ config, version, log, env, workers: 0, processFile: processFile() })
    : undefined;
  try {
    const gate = await startGate(
      engine
        ? gateWith(engine, service)
        : {
            ...service,
            settings: await settingsOf({ config, version, env }, registryOf(config)),
            // Nothing is remembered between images; the layers of one are read side by side all the same.
            shelf: { get: async () => undefined, put: () => {} },
            query: undefined,
            decided: () => {},
            processFile: processFile(),
          },
    );
    log.info({ listen: gate.address, upstream: config.gate!.upstream }, 'the gate stands');
    await ended(signal);
    await gate.stop();
  } finally {
    await engine?.stop();
  }
  return 0;
}

function gateWith(engine: Engine, service: Pick<GateService, 'config' | 'log' | 'env'>): GateService {
  const { settings, shelf, database, metrics } = engine;
  return {
    ...{ ...service, settings, shelf, query: database.query, decided: metrics.decided, processFile: processFile() },
  };
}

function partsOf(config: ServerConfig, engine: Engine, log: Log, { env, version }: Surroundings) {
  const { database, queue, judge, registry, outlets, worker } = engine;
  const context = { queue, judge, outlets: [...outlets.keys()] };
  return {
    ...{ database, queue, judge, log, version },
    hooks: createHooks(config.hooks, config.secretOf, {
      env,
      ...(config.registryCA !== undefined && { caFile: config.registryCA }),
    }),
    url: config.url,
    adminToken: config.adminToken,
    ...(config.proxies && { proxies: config.proxies }),
    now: () => new Date(),
    async accept(events: Parameters<typeof acceptPushes>[1], options: { fresh?: boolean } = {}) {
      for (const { registry: name } of events) checkAllowed(registry, name);
      const accepted = await acceptPushes(database, events, context, options);
      for (const { source } of events.slice(0, 1)) engine.metrics.accepted(source, accepted.length);
      worker?.nudge();
      return accepted;
    },
    async sweep(job: Jobs['sweep']) {
      checkAllowed(registry, job.registry);
      await queue.send('sweep', job);
      worker?.nudge();
    },
    async rescan(options: { fresh: boolean }) {
      let waiting = 0;
      for await (const events of lookUpStale(database, judge, options.fresh)) {
        const accepted = await acceptPushes(database, events, context, options);
        waiting += accepted.filter(({ outcome }) => outcome === 'queued').length;
      }
      worker?.nudge();
      return waiting;
    },
    metrics: () => engine.metrics.text(),
  };
}

/** Strangers can make a server ask: it asks only where it is told that it may. */
function refuseNone({ registries }: ServerConfig): void {
  if (registries.length === 0)
    throw new UsageError(
      'no registry may be asked; name those whose images are graded under registries: in the options file, or with --allow-registry HOST',
    );
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** JSON lines on standard error; nothing of a request but its method, route and answer. */
function logger(): Log {
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
}

/** Beside the bundle. */
function processFile(): string {
  const file = join(import.meta.dirname, 'assess-worker.cjs');
  if (!existsSync(file)) throw new UsageError(`the built program ${file} is missing; run npm run build`);
  return file;
}
