import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LayerCollector } from '../../src/image/collector.ts';
import { readFolder } from '../../src/image/folder.ts';
import { defaultLimits } from '../../src/image/limits.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tare-folder-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const content: LayerCollector = {
  id: 'content',
  version: 1,
  wants: (entry) => (entry.type === 'file' ? { kind: 'head', bytes: 100 } : undefined),
  take: (_, { bytes }) => Buffer.from(bytes).toString(),
};
const read = (root: string) => readFolder(root, { collectors: [content], limits: defaultLimits, what: root });

test('a folder is one layer: files, links, hardlinks, and nothing outside it', async () => {
  const outside = join(dir, 'outside');
  const root = join(dir, 'root');
  mkdirSync(join(root, 'etc'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret'), 'never read');
  writeFileSync(join(root, 'etc/passwd'), 'root');
  writeFileSync(join(root, 'etc/empty'), '');
  linkSync(join(root, 'etc/passwd'), join(root, 'etc/same'));
  symlinkSync(outside, join(root, 'escape'));
  symlinkSync('/etc/passwd', join(root, 'abs'));
  const record = await read(root);
  expect(record.entries.map((entry) => [entry.path, entry.type, entry.linkname])).toEqual([
    ['abs', 'symlink', '/etc/passwd'],
    ['escape', 'symlink', outside],
    ['etc', 'directory', undefined],
    ['etc/empty', 'file', undefined],
    ['etc/passwd', 'file', undefined],
    ['etc/same', 'hardlink', 'etc/passwd'],
  ]);
  expect(record.facts['content']).toEqual([
    { path: 'etc/empty', entry: 3, data: '' },
    { path: 'etc/passwd', entry: 4, data: 'root' },
  ]);
  expect((await read(root)).diffID).toBe(record.diffID);
  writeFileSync(join(root, 'etc/passwd'), 'root2');
  expect((await read(root)).diffID).not.toBe(record.diffID);
});

test('a name that cannot be asked for is told, not passed over', async () => {
  writeFileSync(join(dir, 'plain'), 'x');
  writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0x61, 0xff])]), 'x');
  const record = await read(dir);
  expect(record.entries.map((entry) => entry.path)).toEqual(['plain']);
  expect(record.status[0]!.message).toMatch(/^has 1 path\(s\) that could not be read/);
});

test('a folder that is not there is told', async () => {
  await expect(read(join(dir, 'nowhere'))).rejects.toThrow(/nowhere cannot be read/);
});
