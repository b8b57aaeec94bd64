import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findTool } from '../../scripts/services.mjs';
import { chiselCollector } from '../../src/facts/chisel.ts';
import { unzstd } from '../../src/facts/chisel-zstd.ts';
import type { FileEntry } from '../../src/types.ts';
import { zstdRaw } from '../support/archives.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { factsOf } from '../support/image.ts';

const limit = 64 * 2 ** 20;
const wall = (...items: object[]) =>
  zstdRaw(
    Buffer.from([{ jsonwall: '1.0', schema: '1.0' }, ...items].map((item) => `${JSON.stringify(item)}\n`).join('')),
  );
const manifest = { path: 'var/lib/chisel/manifest.wall' } as FileEntry;
const take = (bytes: Uint8Array, truncated = false) => chiselCollector.take(manifest, { bytes, truncated })!;

/** Text with repetitions near and far, as compressors like it. */
function made(length: number): Buffer {
  const words = Array.from({ length: 400 }, (_, i) => `word${(i * 7919) % 1009}`);
  let text = '';
  for (let i = 0; text.length < length; i = (i * 31 + 17) % 100_003) text += `${words[i % words.length]} ${i % 97}\n`;
  return Buffer.from(text.slice(0, length));
}

describe('zstd in memory', () => {
  test.skipIf(!findTool('zstd'))('gives back what the zstd tool packed', () => {
    const pack = (bytes: Buffer, ...options: string[]) =>
      spawnSync('zstd', ['-q', '-c', ...options], { input: bytes, maxBuffer: limit }).stdout;
    const contents = [
      Buffer.alloc(0),
      Buffer.from('a'),
      Buffer.alloc(300_000, 7),
      randomBytes(200_000),
      made(100),
      made(3000),
      made(400_000),
      Buffer.concat([made(200_000), randomBytes(5000), made(150_000)]),
      Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i * i) % 251)),
    ];
    for (const content of contents) {
      for (const options of [['-1'], ['--fast=5'], ['-9', '--no-check'], ['-19']])
        expect(Buffer.compare(unzstd(pack(content, ...options), limit), content), `${content.length} ${options}`).toBe(
          0,
        );
    }
    const far = Buffer.concat([made(100_000), randomBytes(600_000), made(100_000)]);
    expect(Buffer.compare(unzstd(pack(far, '--long=24'), limit), far)).toBe(0);
    const two = Buffer.concat([pack(contents[4]!), Buffer.from('502a4d1803000000616263', 'hex'), pack(contents[5]!)]);
    expect(Buffer.compare(unzstd(two, limit), Buffer.concat([contents[4]!, contents[5]!]))).toBe(0);
  });

  test.skipIf(!findTool('zstd'))('stops at the limit, and at damage, with an error of its own', () => {
    const bomb = spawnSync('zstd', ['-q', '-c', '-19'], { input: Buffer.alloc(8_000_000), maxBuffer: limit }).stdout;
    expect(bomb.length).toBeLessThan(2000);
    expect(() => unzstd(bomb, 1_000_000)).toThrow('more than 1000000 bytes');
    const sound = spawnSync('zstd', ['-q', '-c', '-19'], { input: made(40_000), maxBuffer: limit }).stdout;
    for (let cut = 0; cut < sound.length - 4; cut += 37) {
      if (cut > 0) expect(() => unzstd(sound.subarray(0, cut), limit)).toThrow(/^[a-z]/);
      const broken = Buffer.from(sound);
      broken[cut]! ^= 1 << (cut % 8);
      try {
        unzstd(broken, limit);
      } catch (error) {
        expect(error, `byte ${cut}`).not.toBeInstanceOf(TypeError);
        expect((error as Error).message).toMatch(/^(a|no|more|missing|cut-off|literals|sequences|bits) ?/);
      }
    }
  });
});

describe('chisel’s manifest', () => {
  test('gives packages, and owners by the slices of a path', async () => {
    const { facts } = await factsOf({
      layers: [
        {
          'etc/os-release': 'ID=ubuntu\nVERSION_ID="24.04"\n',
          'usr/lib/libc.so.6': 'x'.repeat(60),
          'usr/lib/libssl.so.3': 'x'.repeat(5),
          'var/lib/chisel/manifest.wall': wall(
            { kind: 'content', slice: 'libc6_libs', path: '/usr/lib/libc.so.6' },
            { kind: 'package', name: 'libc6', version: '2.39-0ubuntu8', sha256: '00', arch: 'amd64' },
            { kind: 'package', name: 'libssl3t64', version: '3.0.13', sha256: '00', arch: 'amd64' },
            { kind: 'path', path: '/usr/lib/', mode: '0755', slices: ['libc6_libs', 'libssl3t64_libs'] },
            { kind: 'path', path: '/usr/lib/libc.so.6', mode: '0644', slices: ['libc6_libs'], sha256: '00', size: 60 },
            { kind: 'path', path: '/usr/lib/libssl.so.3', mode: '0644', slices: ['libssl3t64_libs'] },
            { kind: 'slice', name: 'libc6_libs' },
          ),
        },
      ],
    });
    expect(facts.packages).toMatchObject({
      value: [
        {
          name: 'libc6',
          type: 'deb',
          arch: 'amd64',
          size: 60,
          database: 'var/lib/chisel/manifest.wall',
          purl: 'pkg:deb/ubuntu/libc6@2.39-0ubuntu8?arch=amd64&distro=ubuntu-24.04',
        },
        { name: 'libssl3t64', size: 5 },
      ],
    });
    expect(facts.packageDatabases).toMatchObject({ value: [{ type: 'chisel', packages: 2 }] });
    expect(facts.osFootprint).toMatchObject({ known: true, value: { packages: 2, ownedBytes: 65 } });
  });

  test('says why it cannot be read', async () => {
    expect(take(Buffer.alloc(0))).toEqual({ rows: [], unread: 'it is empty' });
    expect(take(Buffer.from('no zstd at all'))).toMatchObject({ unread: 'its zstd data has no frame' });
    expect(take(zstdRaw(Buffer.from('{}\n')))).toMatchObject({ unread: 'it is no manifest of chisel' });
    expect(take(zstdRaw(Buffer.from('x')), true)).toMatchObject({ unread: expect.stringContaining('larger') });
    expect(take(wall({ kind: 'package', name: 'a' }, ['x'], { kind: 'path', path: 1 }))).toEqual({
      rows: [],
      damaged: 2,
    });
    const { facts } = await factsOf({ layers: [{ 'var/lib/chisel/manifest.wall': 'x'.repeat(9) }] });
    expect(facts.packages).toEqual({
      known: false,
      reason: 'the chisel database var/lib/chisel/manifest.wall cannot be read: its zstd data has no frame',
    });
  });

  test.skipIf(!corpusDir)('of the corpus is read', () => {
    expect(take(readFileSync(corpus('pkgdb/chisel/empty.wall')))).toEqual({ rows: [], unread: 'it is empty' });
    const { rows, ...rest } = take(readFileSync(corpus('pkgdb/chisel/openssl.wall')));
    expect(rest).toEqual({});
    // As `zstd -dc openssl.wall | grep '"kind":"package"'` lists them, and the files and links of their slices.
    expect(rows.map(({ n, v, a, f }) => `${n} ${v} ${a} ${f.split('\n').length}`)).toEqual([
      'base-files 13ubuntu10.2 amd64 5',
      'libc6 2.39-0ubuntu8.4 amd64 23',
      'libssl3t64 3.0.13-0ubuntu3.5 amd64 7',
      'openssl 3.0.13-0ubuntu3.5 amd64 8',
    ]);
  });
});
