/** PostgreSQL inside this process (PGlite): nothing to install or run beside it, for one machine and one process. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { UsageError } from '../../../types.ts';
import { type Database, overPool } from './database.ts';
import { lockFolder } from './lock.ts';

/** Makes an empty database: initdb in WebAssembly takes 800 MB, which this process would never give back. */
const make =
  'const{PGlite}=require(process.argv[1]);const d=new PGlite(process.argv[2]);d.waitReady.then(()=>d.close()).then(()=>process.exit(0))';
const makeTime = 120_000;

/**
 * Opens, and at the first time makes, the database below `folder`, which is this process's alone until it is closed.
 * @throws UsageError where another process holds it, the folder cannot be used, or the package is not installed.
 */
export async function openEmbedded(folder: string): Promise<Database> {
  const { PGlite, createPgConfig, Pool, file } = await load();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(folder, error);
  }
  const unlock = await lockFolder(folder);
  try {
    const data = join(folder, 'database');
    if (!existsSync(data)) await initialise(data, file);
    const lite = new PGlite(data);
    await lite.waitReady;
    const pool = new Pool({ ...createPgConfig(lite), max: 1 });
    pool.on('error', () => {});
    return overPool(pool, 'embedded', async () => {
      try {
        await pool.end();
        await lite.close();
      } finally {
        unlock();
      }
    });
  } catch (error) {
    unlock();
    throw error instanceof UsageError ? error : unusable(folder, error);
  }
}

async function load() {
  try {
    const [{ PGlite }, { createPgConfig }, { default: pg }] = await Promise.all([
      import('@electric-sql/pglite'),
      import('@electric-sql/pglite/node-postgres'),
      import('pg'),
    ]);
    return { PGlite, createPgConfig, Pool: pg.Pool, file: requiring().resolve('@electric-sql/pglite') };
  } catch (error) {
    if (!/Cannot find (?:module|package)/.test(String(error))) throw error;
    throw new UsageError(
      'the embedded database is not installed; run npm install @electric-sql/pglite beside tare, or give a PostgreSQL with --database-url',
    );
  }
}

function requiring() {
  return createRequire(import.meta.url);
}

/** Whole or not at all: it is made beside its place and put there when it is ready. */
async function initialise(data: string, module: string): Promise<void> {
  const part = `${data}.part`;
  rmSync(part, { recursive: true, force: true });
  const child = spawn(process.execPath, ['-e', make, module, part], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {},
    timeout: makeTime,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`it could not be made: ${said.trim().split('\n').pop() || `exit ${code}`}`);
  renameSync(part, data);
}

function unusable(folder: string, error: unknown): UsageError {
  return new UsageError(
    `the database in ${folder} cannot be opened (${(error as Error).message}); check the folder and its disk, or choose another with --data-dir`,
  );
}
