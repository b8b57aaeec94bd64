import { describe, expect, test } from 'vitest';
import { readManifest } from '../../../src/facts/rpm/manifest.ts';
import { bdb, header, ndb } from './files.ts';
import { collect, read } from './read.ts';

const packages = ['a', 'b', 'c', 'd'].map((name, i) =>
  header({ name, version: `${i}`, release: '1', arch: 'x86_64', files: [`/usr/bin/${name}`], padding: 30 + 700 * i }),
);
const names = ['a 0-1', 'b 1-1', 'c 2-1', 'd 3-1'];
const listed = ({ rows, ...rest }: ReturnType<typeof read>) => ({ ...rest, rows: rows.map(({ n, v }) => `${n} ${v}`) });

describe('a Berkeley DB hash', () => {
  test('is read in either byte order, with small and large pages, whatever the chunks', () => {
    for (const big of [false, true]) {
      for (const pageSize of [512, 1024, 4096, 65_536]) {
        const file = bdb(packages, { big, pageSize });
        for (const chunk of [7, 512, 1000, 1 << 20])
          expect(listed(read('Packages', file, undefined, chunk))).toEqual({ kind: 'rows', rows: names });
      }
    }
  });

  test('is read where the pages of a header lie backwards', () => {
    expect(listed(read('Packages', bdb(packages, { backwards: true })))).toEqual({ kind: 'rows', rows: names });
  });

  test('is followed where a first page does not say that it is one', () => {
    const file = bdb(packages);
    file.writeUInt32LE(77, 2 * 512 + 12);
    expect(listed(read('Packages', file)).rows).toEqual(names);
  });

  test('counts a header only where a bucket names it, and once', () => {
    const file = bdb(packages);
    const hash = file.subarray(512, 1024);
    // Item 5 is where the second header lies: let it name the first one’s pages.
    const at = hash.readUInt16LE(26 + 2 * 5);
    hash.writeUInt32LE(2, at + 4);
    expect(listed(read('Packages', file))).toEqual({ kind: 'rows', rows: ['a 0-1', 'c 2-1', 'd 3-1'], damaged: 1 });
  });

  test('survives pages that lead to themselves and to one another', () => {
    const file = bdb(packages);
    file.writeUInt32LE(3, 3 * 512 + 16);
    expect(listed(read('Packages', file))).toMatchObject({ damaged: 1, rows: ['a 0-1', 'c 2-1', 'd 3-1'] });
    const ring = bdb(packages);
    ring.writeUInt32LE(3, 4 * 512 + 16);
    ring.writeUInt32LE(4, 3 * 512 + 16);
    ring.writeUInt32LE(0, 4 * 512 + 12);
    expect(listed(read('Packages', ring)).damaged).toBeGreaterThan(0);
  });

  test('says why it cannot be read', () => {
    const file = bdb(packages);
    const changed = (at: number, value: number) => Buffer.from(file.map((byte, i) => (i === at ? value : byte)));
    expect(read('Packages', Buffer.alloc(0)).unread).toBe('it is too short for a Berkeley DB hash');
    expect(read('Packages', changed(12, 0)).unread).toBe('it is not a Berkeley DB hash');
    expect(read('Packages', changed(21, 3)).unread).toBe('its page size is 768');
    expect(read('Packages', changed(24, 1)).unread).toBe('it is encrypted');
    expect(read('Packages', changed(26, 1)).unread).toBe('its pages carry checksums');
  });
});

describe('an ndb database', () => {
  test('is read with any number of slot pages, whatever the chunks', () => {
    for (const slotPages of [1, 2, 5]) {
      const file = ndb(packages, { slotPages });
      for (const chunk of [13, 4096, 1 << 20])
        expect(listed(read('Packages.db', file, undefined, chunk))).toEqual({ kind: 'rows', rows: names });
    }
  });

  test('counts what is damaged: headers that overlap, lie past the end, or are another’s', () => {
    const slot = (i: number) => 4096 - 16 * (i + 1);
    const overlap = ndb(packages);
    overlap.writeUInt32LE(overlap.readUInt32LE(slot(0) + 8), slot(1) + 8);
    expect(listed(read('Packages.db', overlap))).toMatchObject({ damaged: 1, rows: ['a 0-1', 'c 2-1', 'd 3-1'] });
    const past = ndb(packages);
    past.writeUInt32LE(0xffffffff, slot(3) + 8);
    expect(listed(read('Packages.db', past))).toMatchObject({ damaged: 1, rows: names.slice(0, 3) });
    const huge = ndb(packages);
    huge.writeUInt32LE(0xffffffff, slot(2) + 12);
    expect(listed(read('Packages.db', huge))).toEqual({ kind: 'rows', rows: names });
    const other = ndb(packages);
    other.writeUInt32LE(9, slot(0) + 4);
    expect(listed(read('Packages.db', other))).toMatchObject({ damaged: 1, rows: names.slice(1) });
    expect(listed(read('Packages.db', ndb(packages).subarray(0, -700)))).toMatchObject({ damaged: 1 });
  });

  test('says why it cannot be read', () => {
    expect(read('Packages.db', Buffer.alloc(0)).unread).toBe('it is too short for an ndb database');
    expect(read('Packages.db', Buffer.alloc(5000)).unread).toBe('it is not an ndb database');
    const many = ndb(packages);
    many.writeUInt32LE(1e6, 12);
    expect(read('Packages.db', many).unread).toBe('it has 1000000 pages of slots');
  });

  test('without packages is read, and empty', () => {
    expect(read('Packages.db', ndb([]))).toEqual({ kind: 'rows', rows: [] });
    expect(read('Packages', bdb([]))).toEqual({ kind: 'rows', rows: [] });
  });
});

describe('a file that is no database', () => {
  test('has nothing in an SQLite database or its log', () => {
    expect(read('rpmdb.sqlite', Buffer.from('x')).unread).toBe('it is too short for an SQLite database');
    expect(read('rpmdb.sqlite', Buffer.alloc(4096)).unread).toBe('it is not an SQLite database');
    expect(collect('rpmdb.sqlite-wal', Buffer.alloc(0))).toMatchObject({ unread: 'it is empty' });
    expect(collect('rpmdb.sqlite-wal', Buffer.alloc(4096))).toMatchObject({ unread: 'its head is damaged' });
  });
});

describe('the manifest of a distroless image', () => {
  const lines = [
    'glibc\t2.35-2.cm2\t1\t1\tMicrosoft Corporation\t(none)\t10855265\tx86_64\t0\tglibc-2.35-2.cm2.src.rpm',
    'vim\t9.0-1\t1\t1\tMicrosoft Corporation\t2\t45000\tx86_64\t2\t(none)',
    'broken',
  ];
  test('gives packages without files', () => {
    expect(readManifest(Buffer.from(`${lines.join('\n')}\n\n`), false)).toEqual({
      kind: 'rows',
      rows: [
        { n: 'glibc', v: '2.35-2.cm2', a: 'x86_64', s: 'glibc-2.35-2.cm2.src.rpm', d: 'Microsoft Corporation' },
        { n: 'vim', v: '2:9.0-1', a: 'x86_64', d: 'Microsoft Corporation' },
      ],
      damaged: 1,
    });
  });
});
