import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LayerCollector } from '../../src/image/collector.ts';
import { LayerCache } from '../../src/image/layer-cache.ts';
import { LayerReader } from '../../src/image/layer-reader.ts';
import { defaultLimits } from '../../src/image/limits.ts';
import type { LayerBlob } from '../../src/image/model.ts';
import { readLayer } from '../../src/image/read-layer.ts';
import { decodeRecord, encodeRecord } from '../../src/image/record-codec.ts';
import { type Digest, SourceError } from '../../src/types.ts';
import { inChunks, tar } from '../support/tar.ts';

const sha = (bytes: Uint8Array): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
let dir: string;
let seen: string[];
const collector: LayerCollector = {
  id: 'seen',
  version: 1,
  wants: (entry) => {
    seen.push(entry.path);
    return { kind: 'header' };
  },
  take: (entry) => ({ mode: entry.mode }),
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tare-cache-'));
  seen = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function cacheAt(folder = dir, maxBytes = 1e9, version = 'seen@1'): Promise<LayerCache> {
  const opened = await LayerCache.open(folder, version, maxBytes);
  if ('refused' in opened) throw new Error(opened.refused);
  return opened;
}
const reader = (cache?: LayerCache, strict = false): LayerReader =>
  new LayerReader({ collectors: [collector], limits: defaultLimits, cache, strict });

function fileBlob(bytes: Uint8Array, names: Partial<LayerBlob> = {}, file = 'blob'): LayerBlob {
  const path = join(dir, file);
  writeFileSync(path, Buffer.concat([Buffer.alloc(100, 1), bytes, Buffer.alloc(50, 2)]));
  return {
    index: 0,
    mediaType: '',
    content: { from: 'file', path, offset: 100, length: bytes.length },
    chainVerified: false,
    ...names,
  };
}
const read = (layers: LayerReader, blob: LayerBlob) => layers.read(blob, 'layer 0 of it', () => {});

describe('a layer and the cache', () => {
  test('a second read hashes the bytes and walks nothing; its result is the same', async () => {
    const plain = await tar([
      { name: 'a', content: 'x', mode: 0o4755 },
      { name: 'b', type: 'symlink', linkname: 'a' },
      { name: '.wh.c' },
      { name: 'd/.wh..wh..opq' },
    ]);
    const bytes = gzipSync(plain);
    const blob = fileBlob(bytes, { digest: sha(bytes), diffID: sha(plain), size: bytes.length });
    const first = await read(reader(await cacheAt()), blob);
    expect(first).toMatchObject({ cached: false, checks: [] });
    expect(first.record).toMatchObject({
      diffID: sha(plain),
      digest: sha(bytes),
      storedSize: bytes.length,
      tarSize: plain.length,
      compression: 'gzip',
    });
    expect(seen).toEqual(['a', 'b']);
    const second = await read(reader(await cacheAt()), blob);
    expect(second.cached).toBe(true);
    expect(second.record).toEqual(first.record);
    expect(seen).toHaveLength(2);
  });

  test('an uncompressed layer that only a diffID names is found again, also through another compression', async () => {
    const plain = await tar([{ name: 'a' }]);
    const packed = gzipSync(plain);
    await read(reader(await cacheAt()), fileBlob(packed, { digest: sha(packed) }, 'packed'));
    await read(reader(await cacheAt()), fileBlob(plain, {}, 'unnamed'));
    const again = await read(reader(await cacheAt()), fileBlob(plain, { diffID: sha(plain) }));
    expect(again).toMatchObject({
      cached: true,
      record: { compression: 'none', digest: sha(plain), storedSize: plain.length },
    });
  });

  test('an archive cannot borrow the clean record of a layer that it only claims to hold', async () => {
    const clean = gzipSync(await tar([{ name: 'clean' }]));
    await read(reader(await cacheAt()), fileBlob(clean, { digest: sha(clean) }));
    const dirty = gzipSync(await tar([{ name: 'backdoor' }]));
    const claimed = await read(
      reader(await cacheAt()),
      fileBlob(dirty, { digest: sha(clean), diffID: sha(await tar([{ name: 'clean' }])) }),
    );
    expect(claimed.cached).toBe(false);
    expect(claimed.record.entries.map((entry) => entry.path)).toEqual(['backdoor']);
    expect(claimed.checks.map((check) => check.kind)).toEqual(['digest', 'diffID']);
  });

  test('an uncompressed layer under a borrowed diffID is read as what it is', async () => {
    const clean = await tar([{ name: 'clean' }]);
    await read(reader(await cacheAt()), fileBlob(clean, { diffID: sha(clean) }));
    const claimed = await read(
      reader(await cacheAt()),
      fileBlob(await tar([{ name: 'backdoor' }]), { diffID: sha(clean) }),
    );
    expect(claimed.record.entries.map((entry) => entry.path)).toEqual(['backdoor']);
    expect(claimed.checks).toMatchObject([{ kind: 'diffID', expected: sha(clean) }]);
  });

  test('a download is not even opened when its verified manifest names a known layer', async () => {
    const bytes = gzipSync(await tar([{ name: 'a' }]));
    await read(reader(await cacheAt()), fileBlob(bytes, { digest: sha(bytes) }));
    const blob: LayerBlob = {
      index: 0,
      mediaType: '',
      digest: sha(bytes),
      chainVerified: true,
      content: {
        from: 'stream',
        open: () => {
          throw new Error('opened');
        },
      },
    };
    expect((await read(reader(await cacheAt()), blob)).cached).toBe(true);
    await expect(read(reader(await cacheAt()), { ...blob, chainVerified: false })).rejects.toThrow('opened');
  });

  test('other collectors, a damaged file or a file of another layer are not used', async () => {
    const bytes = await tar([{ name: 'a' }]);
    const other = await tar([{ name: 'b' }]);
    const blob = fileBlob(bytes, { digest: sha(bytes) });
    await read(reader(await cacheAt()), blob);
    await read(reader(await cacheAt()), fileBlob(other, { digest: sha(other) }, 'other'));
    const layers = readdirSync(join(dir, 'layers'));
    const fileOf = (digest: Digest): string =>
      join(dir, 'layers', layers.find((name) => name.startsWith(`l-${digest.slice(7)}`))!);
    const target = fileOf(sha(bytes));
    const good = readFileSync(target, 'utf8');
    writeFileSync(target, good.replace('"a"', '"z"'));
    expect((await read(reader(await cacheAt()), blob)).cached).toBe(false);
    writeFileSync(target, readFileSync(fileOf(sha(other))));
    const mixed = await read(reader(await cacheAt()), blob);
    expect(mixed.cached).toBe(false);
    expect(mixed.record.entries[0]!.path).toBe('a');
    expect((await read(reader(await cacheAt(dir, 1e9, 'seen@2')), blob)).cached).toBe(false);
    expect((await read(reader(await cacheAt()), blob)).cached).toBe(true);
  });

  test('a folder that others may write to is refused with a way out', async () => {
    await cacheAt();
    chmodSync(join(dir, 'layers'), 0o777);
    expect(await LayerCache.open(dir, 'v', 1)).toMatchObject({
      refused: expect.stringMatching(/writable by others; choose one with --cache-dir$/),
    });
    const open = join(dir, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    expect(await LayerCache.open(open, 'v', 1)).toMatchObject({ refused: expect.stringMatching(/writable by others/) });
    // As /tmp is: nobody can rename what is another's there.
    chmodSync(open, 0o1777);
    expect(await LayerCache.open(open, 'v', 1)).toBeInstanceOf(LayerCache);
    writeFileSync(join(dir, 'file'), '');
    expect(await LayerCache.open(join(dir, 'file'), 'v', 1)).toMatchObject({
      refused: expect.stringMatching(/cannot be used/),
    });
  });

  test('pruning drops the least recently used and what a killed process left behind', async () => {
    const cache = await cacheAt(dir, 1);
    const bytes = await tar([{ name: 'a' }]);
    await read(reader(cache), fileBlob(bytes, { digest: sha(bytes) }));
    const left = join(dir, 'layers', 'l-x.1.ab.tmp');
    writeFileSync(left, 'half');
    utimesSync(left, 0, 0);
    await cache.prune();
    expect(readdirSync(join(dir, 'layers'))).toEqual([]);
    const roomy = await cacheAt();
    await read(reader(roomy), fileBlob(bytes, { digest: sha(bytes) }));
    await roomy.prune();
    const kept = readdirSync(join(dir, 'layers'));
    expect(kept).toHaveLength(2);
    for (const name of kept) expect(statSync(join(dir, 'layers', name)).mode & 0o777).toBe(0o600);
  });

  test('many readers at once leave whole files alone', async () => {
    const bytes = await tar(Array.from({ length: 50 }, (_, i) => ({ name: `f${i}` })));
    const blob = fileBlob(bytes, { digest: sha(bytes) });
    await Promise.all(Array.from({ length: 12 }, async () => read(reader(await cacheAt()), blob)));
    expect(readdirSync(join(dir, 'layers')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect((await read(reader(await cacheAt()), blob)).cached).toBe(true);
  });
});

describe('a layer against its names', () => {
  test('mismatches are told in a local medium, and end the run when strict or from a registry', async () => {
    const bytes = await tar([{ name: 'a' }]);
    const wrong = sha(Buffer.from('other'));
    const blob = fileBlob(bytes, { digest: wrong, size: 5 });
    expect((await read(reader(), blob)).checks).toEqual([
      { layer: 0, kind: 'digest', expected: wrong, actual: sha(bytes) },
    ]);
    expect((await read(reader(), { ...blob, digest: sha(bytes) })).checks).toMatchObject([
      { kind: 'size', expected: '5' },
    ]);
    await expect(read(reader(undefined, true), blob)).rejects.toThrow(
      `layer 0 of it (${wrong}) does not match its digest: expected ${wrong}, got ${sha(bytes)}`,
    );
    await expect(read(reader(), { ...blob, chainVerified: true })).rejects.toThrow(/does not match its digest/);
  });

  test('a stream with a hint is only hashed; other bytes than the hint ask for a second reading', async () => {
    const bytes = await tar([{ name: 'a' }]);
    const layers = reader(await cacheAt());
    await layers.streamed(inChunks(bytes), 'layer');
    seen = [];
    expect((await layers.streamed(inChunks(bytes), 'layer', sha(bytes)))?.entries).toHaveLength(1);
    expect(await layers.streamed(inChunks(await tar([{ name: 'z' }])), 'layer', sha(bytes))).toBeUndefined();
    expect(seen).toEqual([]);
  });

  test('a file that ends early is told', async () => {
    const blob = fileBlob(await tar([{ name: 'a' }]));
    const content = blob.content as Extract<LayerBlob['content'], { from: 'file' }>;
    await expect(read(reader(), { ...blob, content: { ...content, length: 100_000 } })).rejects.toThrow(/ended early/);
  });
});

test('a record survives its encoding', async () => {
  const bytes = await tar([
    { name: 'new\nline', content: 'x' },
    { name: 'l', type: 'symlink', linkname: '../é' },
    { name: 'h', type: 'link', linkname: 'new\nline' },
    { name: 'c', pax: { 'SCHILY.xattr.security.capability': 'v' } },
    { name: 'x/.wh.y' },
    { name: 'fifo', type: 'fifo' },
  ]);
  const record = await readLayer(inChunks(bytes), { collectors: [collector], limits: defaultLimits, what: 'layer' });
  expect(decodeRecord(encodeRecord(record))).toEqual(record);
  const empty = await readLayer(inChunks(new Uint8Array(0)), { collectors: [], limits: defaultLimits, what: 'layer' });
  expect(decodeRecord(encodeRecord(empty))).toEqual(empty);
});

test('a corrupt download is named by its blob, not by what its decompression tripped over', async () => {
  const bytes = gzipSync(await tar([{ name: 'a', content: 'x'.repeat(5000) }]));
  const digest = sha(bytes);
  const broken = Buffer.from(bytes);
  broken[30]! ^= 0xff;
  async function* open(): AsyncGenerator<Uint8Array> {
    yield broken;
    if (sha(broken) !== digest) throw new SourceError(`blob ${digest} does not match`);
  }
  const blob: LayerBlob = { index: 0, mediaType: '', digest, chainVerified: true, content: { from: 'stream', open } };
  await expect(read(reader(), blob)).rejects.toThrow(`blob ${digest} does not match`);
});
