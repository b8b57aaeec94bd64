import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEmbedded } from '../../../../src/app/server/store/embedded.ts';
import { migrate } from '../../../../src/app/server/store/schema.ts';
import { UsageError } from '../../../../src/types.ts';
import { bundle } from '../support/bundle.ts';

let root: string;
let program: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'tare-embedded-'));
  program = await bundle(join(import.meta.dirname, '../support/holder.ts'));
}, 60_000);
afterAll(() => {
  program.remove();
  rmSync(root, { recursive: true, force: true });
});

/** Another process that opens the folder; resolves with what it says first. */
async function other(folder: string) {
  const child = spawn(process.execPath, [program.path, folder], { stdio: ['ignore', 'pipe', 'ignore'] });
  const said = await new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
    child.once('exit', (code) => resolve(`exit ${code}`));
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    said,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

it('is one process’s alone, and survives its being killed', async () => {
  const folder = join(root, 'data');
  const holder = await other(folder);
  expect(holder.said).toBe('open');
  const refused = openEmbedded(folder);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(/is in use by process \d+, and holds one process only; stop that one/);
  const third = await other(folder);
  expect(third.said).toMatch(/^the database in .* is in use by process/);
  await third.kill();
  await holder.kill();
  const database = await openEmbedded(folder);
  // What was acknowledged is there, though the process that wrote it was killed.
  expect(await database.query('select name from tare.tokens')).toEqual([{ name: 'written by another' }]);
  await database.close();
  const again = await openEmbedded(folder);
  await migrate(again);
  await again.close();
}, 90_000);

it('is made whole or not at all', async () => {
  const folder = join(root, 'broken');
  await (await openEmbedded(folder)).close();
  expect(existsSync(join(folder, 'database.part'))).toBe(false);
  writeFileSync(join(folder, 'database', 'global', 'pg_control'), 'nonsense');
  const refused = openEmbedded(folder);
  await expect(refused).rejects.toThrow(/^the database in .* cannot be opened \(.*\); check the folder and its disk/);
  expect(existsSync(join(folder, 'lock'))).toBe(false);
}, 60_000);

it('says where its folder cannot be', async () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  await expect(openEmbedded(join(file, 'below'))).rejects.toThrow(/cannot be opened/);
});
