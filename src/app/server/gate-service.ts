/** A gate with all that it needs: scan processes of its own, and the server's store where there is one. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../../types.ts';
import type { Shelf } from './assess/layer-store.ts';
import type { AssessSettings } from './assess/protocol.ts';
import type { ServerConfig } from './config.ts';
import { openPool } from './engine.ts';
import { gateOptions } from './gate/config.ts';
import { type RunningGate, runGate } from './gate/run.ts';
import type { Log } from './log.ts';
import { reportPath } from './parts.ts';
import type { Query } from './store/database.ts';
import { recordDecision } from './store/decisions.ts';
import { knownVerdict } from './store/scans.ts';
import { judgeOf } from './worker/judge.ts';

export interface GateService {
  config: ServerConfig;
  settings: AssessSettings;
  shelf: Shelf;
  /** Where decisions are kept and verdicts are known; absent: in the log alone. */
  query: Query | undefined;
  decided(outcome: string): void;
  log: Log;
  env: Record<string, string | undefined>;
  processFile: string;
}

/** @throws UsageError, SourceError where it cannot listen. */
export async function startGate(
  service: GateService,
): Promise<Pick<RunningGate, 'address'> & { stop(): Promise<void> }> {
  const { config, shelf, query, log, env, decided } = service;
  const section = config.gate;
  if (!section)
    throw new UsageError('no registry is named behind the gate; give --upstream URL, or gate: in the options file');
  const options = gateOptions(section, config.secretOf);
  const { host } = options.upstream;
  // What it reads is in that one registry, wherever that is.
  const { caFile } = options.registry ?? {};
  const registry = {
    ...options.registry,
    ...(caFile !== undefined && { caFile: resolve(config.folder, caFile) }),
    guard: { registries: [host], private: [host] },
  };
  const settings = { ...service.settings, registry };
  const pool = await openPool(config, {
    ...{ file: service.processFile, settings, shelf, env, size: section.limits.gradings },
  });
  try {
    const judge = judgeOf(service.settings);
    const { url } = config;
    const gate = await runGate({
      ...options,
      ...{ registry, env, log, listen: config.gateListen },
      ...(section.tls && { tls: tlsOf(section.tls, config.folder) }),
      ruleset: () => judge,
      async assess({ registry: name, repository, tag, digest, documents, authorization, signal }) {
        const task = {
          ...{ kind: 'pull' as const, registry: name, repository, digest, documents },
          ...(tag !== undefined && { tag }),
          ...(authorization !== undefined && { authorization }),
          asOf: new Date().toISOString().slice(0, 10),
        };
        return (await pool.run(task, signal)).reports;
      },
      async record(decision) {
        decided(decision.outcome);
        if (query) await recordDecision(query, decision);
      },
      ...(query && { known: (image) => knownVerdict(query, image, judge) }),
      reportUrl: ({ digest }) => (url === undefined || !query ? undefined : new URL(reportPath(digest), url).href),
    });
    return {
      address: gate.address,
      async stop() {
        await gate.close();
        pool.close();
      },
    };
  } catch (error) {
    pool.close();
    throw error;
  }
}

function tlsOf({ certificate, key }: { certificate: string; key: string }, folder: string) {
  const read = (file: string): Buffer => {
    try {
      return readFileSync(resolve(folder, file));
    } catch (error) {
      throw new UsageError(`gate.tls: cannot read ${file}: ${(error as Error).message}`);
    }
  };
  return { cert: read(certificate), key: read(key) };
}
