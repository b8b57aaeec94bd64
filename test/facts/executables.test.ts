import { describe, expect, test } from 'vitest';
import { type Executable, executablesCollector } from '../../src/facts/executables.ts';
import type { FileEntry } from '../../src/types.ts';
import { elf } from '../support/elf.ts';

const entry = (path: string, size: number, mode = 0o755): FileEntry => ({
  path,
  type: 'file',
  mode,
  uid: 0,
  gid: 0,
  size,
  layer: 0,
  mtime: 0,
});
const take = (path: string, content: string | Uint8Array, mode?: number): Executable | undefined => {
  const bytes = Buffer.from(content);
  return (
    executablesCollector.wants(entry(path, bytes.length, mode)) &&
    executablesCollector.take(entry(path, bytes.length, mode), { bytes, truncated: false })
  );
};

describe('executables', () => {
  test('ELF programs with what starts them', () => {
    expect(take('usr/bin/a', elf({ interpreter: '/lib/ld.so', type: 3, dynamic: true }))).toEqual({
      t: 'elf',
      c: 64,
      m: 62,
      y: 3,
      i: '/lib/ld.so',
      d: true,
      n: [],
    });
    expect(take('a', elf({ type: 2 }))).toEqual({ t: 'elf', c: 64, m: 62, y: 2 });
    expect(take('usr/lib/x.so', elf({ type: 3, dynamic: true, entry: 0 }))).toEqual({
      t: 'elf',
      c: 64,
      m: 62,
      y: 3,
      d: true,
      e: true,
    });
  });

  test('scripts with their first line; their commands where they might start the container', () => {
    expect(take('usr/bin/pydoc', '#!/usr/bin/python3\nimport os\n')).toEqual({ t: 'script', i: '/usr/bin/python3' });
    expect(take('usr/bin/which', '#!/bin/sh\ngosu x\n')).toEqual({ t: 'script', i: '/bin/sh' });
    expect(take('entrypoint.sh', '#!/bin/sh\nset -e\nexec gosu app "$@"\n')).toEqual({
      t: 'script',
      i: '/bin/sh',
      s: [
        [2, 0, 'set', '-e'],
        [3, 0, 'exec', 'gosu', 'app', '$@'],
      ],
    });
    expect(take('usr/local/bin/start', '#!/usr/bin/env bash\nserve\n')).toEqual({
      t: 'script',
      i: '/usr/bin/env bash',
      s: [[2, 0, 'serve']],
    });
    expect(take('app/run.sh', 'serve\n', 0o644)).toEqual({ t: 'script', i: '', s: [[1, 0, 'serve']] });
  });

  test('never the text of a script, nor its arguments', () => {
    const data = JSON.stringify(
      take(
        'start.sh',
        '#!/bin/sh\nPASSWORD=hunter2 login --password hunter3 "hunter4"\nexport TOKEN=hunter5\ncurl -u a:hunter6 x\n',
      ),
    );
    expect(data).not.toContain('hunter');
    expect(JSON.parse(data).s).toEqual([
      [2, 0, 'login', '--password'],
      [3, 0, 'export', 'TOKEN='],
      [4, 0, 'curl', '-u'],
    ]);
  });

  test('nothing of other files', () => {
    expect(take('data', elf({}), 0o644)).toBeUndefined();
    expect(take('usr/bin/x', 'plain text')).toBeUndefined();
    expect(take('usr/bin/x', 'MZ\0\0')).toBeUndefined();
    expect(take('usr/share/doc/run.sh', '#!/bin/sh\n', 0o644)).toBeUndefined();
    expect(executablesCollector.wants({ ...entry('x', 10), type: 'directory' })).toBeUndefined();
  });

  test('a large program costs its first 4 KiB', () => {
    expect(executablesCollector.wants(entry('usr/local/bin/start', 10_000_000))).toMatchObject({
      kind: 'spans',
      head: 4096,
    });
    expect(executablesCollector.wants(entry('usr/bin/bash', 5_000))).toMatchObject({ kind: 'spans', head: 4096 });
  });
});
