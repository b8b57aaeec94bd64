/** Both databases, so that every suite of the store runs on each of them. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from '../../../src/app/server/queue/queue.ts';
import type { Database } from '../../../src/app/server/store/database.ts';
import { openEmbedded } from '../../../src/app/server/store/embedded.ts';
import { openPostgres } from '../../../src/app/server/store/postgres.ts';
import { migrate } from '../../../src/app/server/store/schema.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';

export interface Engine {
  /** A database with tare's empty tables. */
  open(): Promise<Database>;
  /** For engines that several processes may use. */
  url?: (name: string) => Promise<string>;
  stop(): Promise<void>;
}

export const engines = [
  ['embedded', embedded],
  ['PostgreSQL', postgres],
] as const;

/** A database with its queue, of an engine that is started for it. */
export async function opened(start: (typeof engines)[number][1]) {
  const engine = await start();
  const database = await engine.open();
  const queue = await Queue.open(database, () => {});
  return {
    database,
    queue,
    async close() {
      await queue.close();
      await database.close();
      await engine.stop();
    },
  };
}

let count = 0;

async function postgres(): Promise<Engine> {
  const server: Postgres = await startPostgres();
  const name = (): string => `test${++count}`;
  return {
    async open() {
      const database = openPostgres(await server.database(name()), () => {});
      await migrate(database);
      return database;
    },
    url: (its) => server.database(its),
    stop: () => server.stop(),
  };
}

/** Made once for all: that takes seconds. */
const made = join(process.env['TARE_TEST_SHARED'] ?? tmpdir(), `tare-empty-database-${process.pid}`);

async function embedded(): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'tare-embedded-'));
  return {
    async open() {
      const its = join(folder, String(++count));
      if (!existsSync(made)) {
        await (await openEmbedded(made)).close();
        process.once('exit', () => rmSync(made, { recursive: true, force: true }));
      }
      cpSync(made, its, { recursive: true });
      const database = await openEmbedded(its);
      await migrate(database);
      return database;
    },
    async stop() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
