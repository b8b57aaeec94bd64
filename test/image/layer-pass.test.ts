import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { LayerCollector, LayerFact } from '../../src/image/collector.ts';
import { defaultLimits } from '../../src/image/limits.ts';
import { readLayer } from '../../src/image/read-layer.ts';
import { endMarker, header, inChunks, type TarItem, tar } from '../support/tar.ts';

const big = Array.from({ length: 5000 }, (_, i) => String.fromCharCode(32 + (i % 90))).join('');
const items: TarItem[] = [
  { name: 'small', content: 'hello' },
  { name: 'big', content: big },
  { name: 'empty' },
  { name: 'bin/', type: 'directory' },
  { name: 'l', type: 'symlink', linkname: 'small' },
];
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const read = (bytes: Uint8Array, collectors: LayerCollector[], chunk?: number, limits = defaultLimits) =>
  readLayer(inChunks(bytes, chunk), { collectors, limits, what: 'layer 0' });

const facts = (record: { facts: Record<string, LayerFact[]> }, id: string): { path: string; data: unknown }[] =>
  record.facts[id]!.map(({ path, data }) => ({ path, data }));

const head: LayerCollector = {
  id: 'head',
  version: 1,
  wants: (entry) => (entry.type === 'file' ? { kind: 'head', bytes: 8 } : undefined),
  take: (_, content) => [text(content.bytes), content.truncated],
};
const whole: LayerCollector = {
  id: 'whole',
  version: 1,
  wants: (entry) => (entry.path === 'big' ? { kind: 'whole', limit: 4000 } : undefined),
  take: (_, content) => [text(content.bytes), content.truncated],
};
const names: LayerCollector = {
  id: 'names',
  version: 1,
  wants: () => ({ kind: 'header' }),
  take: (entry) => entry.type,
};
const stream: LayerCollector = {
  id: 'stream',
  version: 1,
  wants: (entry) =>
    entry.type !== 'file'
      ? undefined
      : {
          kind: 'stream',
          open: () => {
            const hash = createHash('sha256');
            return { write: (chunk) => hash.update(chunk), end: () => hash.digest('hex') };
          },
        },
  take: () => undefined,
};
const spans: LayerCollector = {
  id: 'spans',
  version: 1,
  wants: (entry) =>
    entry.path === 'big'
      ? {
          kind: 'spans',
          head: 100,
          // Learns a span in the head and one ahead; from the second, one behind the position (not given) and one further on.
          next: (seen) =>
            seen.spans.length === 0
              ? [
                  { offset: 10, length: 5 },
                  { offset: 1000, length: 50 },
                ]
              : seen.spans.length === 2
                ? [
                    { offset: 200, length: 5 },
                    { offset: 4990, length: 100 },
                  ]
                : [],
        }
      : undefined,
  take: (_, content) => content.spans!.map((span) => [span.offset, text(span.bytes)]),
};

describe('the pass over a layer', () => {
  test('gives each collector what it asked for, wherever the stream is cut', async () => {
    const bytes = await tar(items);
    const record = await read(bytes, [head, whole, names, stream, spans]);
    expect(facts(record, 'head')).toEqual([
      { path: 'small', data: ['hello', false] },
      { path: 'big', data: [big.slice(0, 8), true] },
      { path: 'empty', data: ['', false] },
    ]);
    expect(facts(record, 'whole')).toEqual([{ path: 'big', data: [big.slice(0, 4000), true] }]);
    expect(record.facts['names']!.map((fact) => fact.data)).toEqual(['file', 'file', 'file', 'directory', 'symlink']);
    expect(record.facts['stream']!.map((fact) => fact.data)).toEqual(
      ['hello', big, ''].map((content) => createHash('sha256').update(content).digest('hex')),
    );
    expect(facts(record, 'spans')).toEqual([
      {
        path: 'big',
        data: [
          [10, big.slice(10, 15)],
          [1000, big.slice(1000, 1050)],
          [4990, big.slice(4990)],
        ],
      },
    ]);
    expect(record.facts['whole']![0]!.entry).toBe(record.entries.findIndex((entry) => entry.path === 'big'));
    expect(record.wholeBytes).toBe(4000);
    for (const chunk of [1, 100, 513, 3000]) {
      expect({ ...(await read(bytes, [head, whole, names, stream, spans], chunk)) }).toEqual(record);
    }
  });

  test('a collector that throws loses its facts and nothing else', async () => {
    const broken: LayerCollector = {
      ...head,
      id: 'broken',
      take: () => {
        throw new Error('no such thing');
      },
    };
    const refusing: LayerCollector = {
      ...head,
      id: 'refusing',
      wants: () => {
        throw new Error('cannot ask');
      },
    };
    const record = await read(await tar(items), [broken, names, refusing]);
    expect(record.failed).toEqual({ broken: 'no such thing', refusing: 'cannot ask' });
    expect(record.facts['names']).toHaveLength(5);
  });

  test('names that leave the rootfs are held inside and told', async () => {
    const record = await read(await tar([{ name: '../../etc/shadow', content: 'x' }]), []);
    expect(record.entries.map((entry) => entry.path)).toEqual(['etc/shadow']);
    expect(record.status[0]!.message).toContain('1 name(s) with ".."');
  });

  test('limits on entries, path length and depth name the layer and the way out', async () => {
    const deep = await tar([{ name: `${'d/'.repeat(1500)}x` }]);
    await expect(read(deep, [])).rejects.toThrow(
      'layer 0 goes past the limit pathDepth (256); raise it with --limit pathDepth=N if you trust the image',
    );
    await expect(read(await tar([{ name: 'n'.repeat(5000) }]), [])).rejects.toThrow(/limit pathBytes/);
    await expect(read(await tar(items), [], undefined, { ...defaultLimits, entriesPerLayer: 3 })).rejects.toThrow(
      /limit entriesPerLayer/,
    );
  });

  test('facts of a path that stands there twice say which entry they are of', async () => {
    const twice = await tar([
      { name: 'a' },
      { name: 'big', content: 'one' },
      { name: 'b' },
      { name: 'big', content: 'two' },
    ]);
    const record = await read(twice, [whole]);
    expect(record.facts['whole']).toEqual([
      { path: 'big', entry: 1, data: ['one', false] },
      { path: 'big', entry: 3, data: ['two', false] },
    ]);
  });

  test('limits on names count bytes of one path, and characters of all', async () => {
    const limits = { ...defaultLimits, nameBytes: 40 };
    const link = await tar([{ name: 'l', type: 'symlink', linkname: 'x'.repeat(50) }]);
    await expect(read(link, [], undefined, limits)).rejects.toThrow(/layer 0 goes past the limit nameBytes \(40\)/);
    const bytes = { ...defaultLimits, pathBytes: 100 };
    await expect(read(await tar([{ name: 'ü'.repeat(51) }]), [], undefined, bytes)).rejects.toThrow(/limit pathBytes/);
    expect((await read(await tar([{ name: 'ü'.repeat(50) }]), [], undefined, bytes)).entries).toHaveLength(1);
    // A link to what is longer than any path can be made by no runtime.
    const far = await tar([{ name: 'l', type: 'symlink', linkname: 'x/'.repeat(3000) }]);
    await expect(read(far, [])).rejects.toThrow(/limit pathBytes/);
  });

  test('files kept whole are bounded together: the collector fails on the layer, and no other', async () => {
    const all: LayerCollector = { ...whole, id: 'all', wants: () => ({ kind: 'whole', limit: 60 }) };
    const many = await tar(Array.from({ length: 5 }, (_, i) => ({ name: `f${i}`, content: 'x'.repeat(50) })));
    const record = await read(many, [all, names], undefined, { ...defaultLimits, wholeFileBytes: 100 });
    expect(record.failed['all']).toMatch(/larger than 100 bytes together.*--limit wholeFileBytes=N/);
    expect(record.failed['names']).toBeUndefined();
    expect(record.facts['names']).toHaveLength(5);
    expect(record.wholeBytes).toBe(100);
  });

  test('a collector that fails on a chunk is not asked again for the file', async () => {
    let calls = 0;
    const failing: LayerCollector = {
      ...stream,
      id: 'failing',
      wants: (entry) =>
        entry.path === 'big'
          ? {
              kind: 'stream',
              open: () => ({
                write: () => {
                  calls++;
                  throw new Error('no more');
                },
                end: () => calls++,
              }),
            }
          : undefined,
    };
    const record = await read(await tar(items), [failing, stream], 500);
    expect(calls).toBe(1);
    expect(record.failed).toEqual({ failing: 'no more' });
    expect(record.facts['stream']).toHaveLength(3);
  });

  test('what was passed over is told: entries of unknown kinds, files that are nearly all hole', async () => {
    const odd = Buffer.concat([header('odd', { type: 'V' }), header('a'), endMarker]);
    const record = await read(odd, []);
    expect(record.entries.map((entry) => entry.path)).toEqual(['a']);
    expect(record.status).toEqual([
      { part: 'layer', level: 'warning', message: 'has 1 entry of a kind that no runtime unpacks; left out' },
    ]);
  });

  test('a collector never gets more of a file than the limit on whole files', async () => {
    const record = await read(await tar(items), [whole, spans], undefined, { ...defaultLimits, wholeFileBytes: 30 });
    expect(facts(record, 'whole')).toEqual([{ path: 'big', data: [big.slice(0, 30), true] }]);
    expect(facts(record, 'spans')).toEqual([{ path: 'big', data: [[10, big.slice(10, 15)]] }]);
  });
});
