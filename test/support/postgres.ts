/** A PostgreSQL of the suite's own, on a port and in a folder of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findTool } from '../../scripts/services.mjs';
import { freePort } from '../e2e/setup/home.ts';

export interface Postgres {
  url: string;
  /** An empty database of this name; its URL. */
  database(name: string): Promise<string>;
  /** Ends it at once, as a crash would, or in good order, and starts it again. */
  restart(how: 'SIGQUIT' | 'SIGINT'): Promise<void>;
  stop(): Promise<void>;
}

/** Whether it can be started here. */
export const hasPostgres = findTool('postgres') !== undefined && findTool('initdb') !== undefined;

export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'tare-postgres-'));
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? accountOf('postgres') : {};
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid!);
  const data = join(folder, 'data');
  const made = spawnSync(findTool('initdb')!, ['-D', data, '-U', 'tare', '--auth=trust', '--no-sync', '-E', 'UTF8'], {
    ...{ ...user, cwd: folder, encoding: 'utf8' as const },
  });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    const settings = ['fsync=off', `unix_socket_directories=${folder}`, 'listen_addresses=127.0.0.1'];
    const words = ['-D', data, '-p', String(port), ...settings.flatMap((one) => ['-c', one])];
    child = spawn(findTool('postgres')!, words, { ...user, cwd: folder, stdio: 'ignore' });
    for (let i = 0; i < 200 && !(await isReady(port, child)); i++) await sleep(50);
  };
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  };
  await start();
  const url = `postgres://tare@127.0.0.1:${port}/postgres`;
  return {
    url,
    async database(name) {
      const { default: pg } = await import('pg');
      const client = new pg.Client(url);
      await client.connect();
      await client.query(`create database "${name}"`);
      await client.end();
      return `postgres://tare@127.0.0.1:${port}/${name}`;
    },
    async restart(how) {
      await stop(how);
      await start();
    },
    async stop() {
      await stop('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function isReady(port: number, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
  const reached = await new Promise<boolean>((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.unref();
    socket.once('connect', () => socket.destroy());
  });
  if (!reached) return false;
  const { default: pg } = await import('pg');
  const client = new pg.Client(`postgres://tare@127.0.0.1:${port}/postgres`);
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function accountOf(name: string): { uid?: number; gid?: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined ? {} : { uid: Number(uid), gid: Number(gid) };
}
