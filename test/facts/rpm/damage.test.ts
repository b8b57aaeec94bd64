/** Whatever is done to a database, reading it ends, throws nothing and gives rows of text. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { corpus, corpusDir } from '../../support/corpus.ts';
import { bdb, header, ndb } from './files.ts';
import { collect, read } from './read.ts';

/** Deterministic, so that a failure comes again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Changes bits, words at the head of pages, whole pages, and the length. */
function damage(bytes: Buffer, page: number, random: (below: number) => number): Buffer {
  const out = Buffer.from(bytes);
  const pages = Math.max(1, Math.floor(out.length / page));
  for (let i = random(8); i >= 0; i--) {
    const at = random(pages) * page;
    switch (random(6)) {
      case 0:
        out[random(out.length)] = random(256);
        break;
      case 1:
        out[Math.min(out.length - 1, at + random(40))] = [0, 1, 0xff, 13, 5, 7][random(6)]!;
        break;
      case 2:
        if (at + 44 < out.length) out.writeUInt32LE(random(pages + 2), at + random(10) * 4);
        break;
      case 3:
        if (at + 44 < out.length)
          out.writeUInt32BE([random(pages + 2), 0xffffffff, 0x7fffffff][random(3)]!, at + random(10) * 4);
        break;
      case 4:
        out.copy(out, at, random(pages) * page, random(pages) * page);
        break;
      default:
        out.fill(random(2) * 255, at, Math.min(out.length, at + random(page)));
    }
  }
  return random(4) === 0 ? out.subarray(0, random(out.length)) : out;
}

const packages = Array.from({ length: 12 }, (_, i) =>
  header({ name: `p${i}`, version: '1', release: '1', files: [`/usr/bin/p${i}`], padding: i * 300 }),
);

const files: [name: string, bytes: () => Buffer, page: number][] = [
  ['Packages', () => bdb(packages), 512],
  ['Packages', () => bdb(packages, { big: true, pageSize: 1024, backwards: true }), 1024],
  ['Packages.db', () => ndb(packages, { slotPages: 2 }), 4096],
];
if (corpusDir) {
  const real = (path: string) => () => readFileSync(corpus('pkgdb/rpm', path));
  files.push(
    ['Packages', real('osquery-bdb/Packages'), 4096],
    ['Packages.db', real('osquery-ndb/Packages.db'), 4096],
    ['rpmdb.sqlite', real('rpm-upstream-sqlite-a/rpmdb.sqlite'), 4096],
    ['rpmdb.sqlite', real('eks-distro-minimal-sqlite/rpmdb.sqlite'), 4096],
  );
}

describe('a damaged database', () => {
  test.for(files.map((file, i) => [i, ...file] as const))('%i: %s', ([seed, name, open, page]) => {
    const sound = open();
    const random = generator(seed + 1);
    const whole = read(name, sound).rows.length;
    let changed = 0;
    for (let round = 0; round < 250; round++) {
      const { rows, damaged, unread } = read(name, damage(sound, page, random), undefined, 1 << (9 + random(8)));
      expect(rows.length).toBeLessThanOrEqual(whole + 12);
      for (const row of rows)
        expect([typeof row.n, typeof row.v, typeof row.a]).toEqual(['string', 'string', 'string']);
      if (damaged || unread !== undefined || rows.length !== whole) changed++;
    }
    // The damage is real: much of it is noticed.
    expect(changed).toBeGreaterThan(20);
  });

  test('a header that thousands of slots or items name is read once', () => {
    // 60,000 slots lead to one header of 2 MB.
    const file = ndb([header({ name: 'a', version: '1', release: '1', padding: 2_000_000 })], { slotPages: 240 });
    const slots = 240 * 256;
    for (let i = 2; i < slots - 1; i++) {
      file.writeUInt32LE(1, i * 16 + 4);
      file.writeUInt32LE(slots, i * 16 + 8);
      file.writeUInt32LE(file.readUInt32LE((slots - 1) * 16 + 12), i * 16 + 12);
    }
    expect(read('Packages.db', file)).toMatchObject({ rows: [{ n: 'a' }], damaged: slots - 3 });
    // The pages of one header, named by every item of a full bucket.
    const many = bdb([header({ name: 'a', version: '1', release: '1', padding: 2_000_000 })], { pageSize: 65_536 });
    const hash = many.subarray(65_536, 131_072);
    let end = 65_536;
    let items = 0;
    for (; end - 17 > 26 + 2 * (items + 2); items += 2) {
      end -= 5;
      hash.writeUInt16LE(end, 26 + 2 * items);
      hash[end] = 1;
      hash.writeUInt32LE(items + 1, end + 1);
      end -= 12;
      hash.writeUInt16LE(end, 26 + 2 * items + 2);
      hash[end] = 3;
      hash.writeUInt32LE(2, end + 4);
      hash.writeUInt32LE(2_000_000, end + 8);
    }
    hash.writeUInt16LE(items, 20);
    expect(read('Packages', many)).toMatchObject({ rows: [{ n: 'a' }], damaged: items / 2 - 1 });
  });

  test('an SQLite tree that leads back to itself ends', () => {
    const page = (number: number, children: number[]) => {
      const bytes = Buffer.alloc(4096);
      const head = number === 1 ? 100 : 0;
      bytes[head] = 5;
      bytes.writeUInt16BE(children.length - 1, head + 3);
      bytes.writeUInt32BE(children.at(-1)!, head + 8);
      children.slice(0, -1).forEach((child, i) => {
        bytes.writeUInt16BE(4000 - i * 8, head + 12 + i * 2);
        bytes.writeUInt32BE(child, 4000 - i * 8);
      });
      return bytes;
    };
    const first = page(1, [2, 1, 1]);
    first.write('SQLite format 3\0', 0, 'latin1');
    first.writeUInt16BE(4096, 16);
    const file = Buffer.concat([first, page(2, [1, 2, 3, 999_999]), page(3, Array(400).fill(2))]);
    expect(collect('rpmdb.sqlite', file)).toMatchObject({ unread: 'it has no table of packages' });
  });
});
