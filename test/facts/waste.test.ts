import { describe, expect, test } from 'vitest';
import { valueIn } from '../support/facts.ts';
import { factsOf, type TestLayer } from '../support/image.ts';

const bytes = (length: number, fill = 'x') => Buffer.alloc(length, fill);

async function waste(...layers: TestLayer[]) {
  const { facts } = await factsOf({ layers });
  return valueIn(facts.waste);
}

describe('wasted bytes', () => {
  test('are those that the rootfs does not show', async () => {
    const found = await waste(
      { a: bytes(1000), b: bytes(500), 'c/d': bytes(200) },
      { a: bytes(2000), '.wh.b': '', 'c/.wh..wh..opq': '', 'c/e': bytes(300) },
    );
    expect(found).toMatchObject({ hidden: 1700, duplicate: 0, bytes: 1700, total: 4000, efficiency: 2300 / 4000 });
    expect(found.heaviest).toEqual([
      { path: 'a', bytes: 1000, layer: 0, how: 'overwritten', by: 1 },
      { path: 'b', bytes: 500, layer: 0, how: 'deleted', by: 1 },
      { path: 'c/d', bytes: 200, layer: 0, how: 'deleted', by: 1 },
    ]);
  });

  test('of a file with several names count once, and only when the last is gone', async () => {
    const first = { a: bytes(1000), b: { hardlink: 'a' }, c: { hardlink: 'a' } };
    expect(await waste(first)).toMatchObject({ bytes: 0, total: 1000, efficiency: 1 });
    expect(await waste(first, { '.wh.b': '' })).toMatchObject({ bytes: 0, heaviest: [] });
    expect(await waste(first, { '.wh.a': '', '.wh.b': '', '.wh.c': '' })).toMatchObject({
      hidden: 1000,
      heaviest: [{ path: 'a', bytes: 1000 }],
    });
  });

  test('are copies of a large file, told by length and three samples', async () => {
    const content = bytes(3_000_000);
    const at = (place: number) => {
      const changed = Buffer.from(content);
      changed[place] = 0;
      return changed;
    };
    const same = await waste({ 'x/a': content, 'x/b': content }, { 'y/c': content });
    expect(same).toMatchObject({ duplicate: 6_000_000, hidden: 0, efficiency: 1 / 3 });
    expect(same.heaviest).toEqual([
      { path: 'x/b', bytes: 6_000_000, layer: 0, how: 'duplicate', of: 'x/a', copies: 3 },
    ]);
    // Head, middle and tail each tell two files apart.
    const others = { a: content, b: at(0), c: at(1_500_000), d: at(2_999_999), e: bytes(3_000_001) };
    expect(await waste(others)).toMatchObject({ duplicate: 0, efficiency: 1 });
    // Small ones are no weight.
    expect(await waste({ a: bytes(900_000), b: bytes(900_000) })).toMatchObject({ duplicate: 0 });
  });

  test('of an image without bytes are none', async () => {
    expect(await waste()).toEqual({ bytes: 0, hidden: 0, duplicate: 0, total: 0, efficiency: 1, heaviest: [] });
  });
});
