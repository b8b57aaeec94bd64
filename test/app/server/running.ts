/** The server's routes over a real database and queue; nothing grades, so a test says what came of a grading. */
import type { FastifyInstance } from 'fastify';
import { createApp } from '../../../src/app/server/app.ts';
import type { Hook } from '../../../src/app/server/hooks/types.ts';
import type { ServerParts } from '../../../src/app/server/parts.ts';
import { Queue } from '../../../src/app/server/queue/queue.ts';
import type { Database } from '../../../src/app/server/store/database.ts';
import { acceptPushes } from '../../../src/app/server/store/pushes.ts';
import { finishScan } from '../../../src/app/server/store/scans.ts';
import type { PushEvent } from '../../../src/app/server/types.ts';
import type { ImageReport } from '../../../src/types/report.ts';
import { type Digest, SourceError } from '../../../src/types.ts';
import type { Engine } from './engines.ts';

export interface Running {
  app: FastifyInstance;
  parts: ServerParts;
  database: Database;
  /** What was logged, one line each. */
  logged: string[];
  /** Stores a push, and what came of grading it. Returns the id of the grading. */
  graded(event: Omit<PushEvent, 'source'>, report: ImageReport, passed?: boolean): Promise<string>;
  close(): Promise<void>;
}

export const digest = (n: number): Digest => `sha256:${n.toString(16).padStart(64, '0')}`;
export const registry = 'registry.example.com';

/** A push of an application of the team's, with changes. */
export function event(n: number, change: Partial<PushEvent> = {}): PushEvent {
  return { ...{ registry, repository: 'team/app', tag: 'v1', digest: digest(n), source: 'distribution' }, ...change };
}

export async function running(engine: Engine, more: Partial<ServerParts> = {}): Promise<Running> {
  const database = await engine.open();
  const queue = await Queue.open(database, () => {});
  const logged: string[] = [];
  const say = (fields: object, text: string) => void logged.push(JSON.stringify({ ...fields, text }));
  const judge = 'judge-1';
  const context = { queue, judge, outlets: [] };
  const parts: ServerParts = {
    ...{
      database,
      queue,
      judge,
      hooks: new Map<string, Hook>(),
      url: undefined,
      adminToken: undefined,
      version: '1.2.3',
    },
    log: { debug: say, info: say, warn: say, error: say },
    now: () => new Date(),
    accept: (events, options) => {
      const foreign = events.find((event) => event.registry === 'forbidden.example.com');
      if (foreign) throw new SourceError(`the registry ${foreign.registry} is not allowed`);
      return acceptPushes(database, events, context, options);
    },
    sweep: (job) => queue.send('sweep', job),
    rescan: async () => 7,
    metrics: async () => '# HELP tare_up Up.\ntare_up 1\n',
    ...more,
  };
  const app = await createApp(parts);
  return {
    ...{ app, parts, database, logged },
    async graded(event, report, passed = report.gate.passed) {
      const [{ scan } = {}] = await parts.accept([{ ...event, source: 'distribution' }]);
      const { score, gate } = report;
      await database.transaction((query) =>
        finishScan(
          query,
          queue,
          {
            id: scan!,
            reports: [report],
            verdict: {
              ...{
                ...event,
                digest: event.digest!,
                passed,
                reason: gate.reason,
                score: score.value,
                grade: score.grade,
              },
              counts: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
              worst: [],
              ruleset: { name: 'baseline', version: '1' },
              gradedAt: '2026-11-23T00:00:00.000Z',
            },
            seconds: 1,
          },
          [],
        ),
      );
      return scan!;
    },
    async close() {
      await app.close();
      await queue.close();
      await database.close();
    },
  };
}
