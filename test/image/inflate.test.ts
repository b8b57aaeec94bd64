import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Compression, inflateStream, sniffCompression } from '../../src/image/inflate.ts';
import { defaultLimits } from '../../src/image/limits.ts';
import { readLayer } from '../../src/image/read-layer.ts';
import { inChunks, tar } from '../support/tar.ts';

const plain = Buffer.concat([Buffer.from('tare '.repeat(40_000)), randomBytes(300_000)]);
const tool = (name: string, input: Buffer): Buffer => execFileSync(name, ['-c'], { input, maxBuffer: 1 << 28 });
const has = (name: string): boolean => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

async function inflate(
  compression: Compression,
  bytes: Buffer,
  chunk = 65_536,
  limits = defaultLimits,
): Promise<Buffer> {
  const out: Buffer[] = [];
  for await (const piece of inflateStream(compression, inChunks(bytes, chunk), limits, 'layer 2'))
    out.push(Buffer.from(piece));
  return Buffer.concat(out);
}

/** What every format must do; `packed` makes it. */
function contract(compression: Compression, packed: () => Buffer): void {
  test('inflates what was packed, in any chunks', async () => {
    expect(sniffCompression(packed())).toBe(compression);
    expect((await inflate(compression, packed())).equals(plain)).toBe(true);
    expect((await inflate(compression, packed(), 1000)).equals(plain)).toBe(true);
  });
  test('a stream that is cut off says so', async () => {
    await expect(inflate(compression, packed().subarray(0, -5000))).rejects.toThrow(
      new RegExp(`^layer 2 is not valid ${compression} \\(.+\\); pull or save the image again$`),
    );
  });
  test('corrupt bytes end in a sentence, never in a loop', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const bytes = Buffer.from(packed());
      for (let i = 0; i < 40; i++) bytes[16 + ((seed * 7919 * (i + 1)) % (bytes.length - 16))]! ^= 0x55;
      await expect(inflate(compression, bytes)).rejects.toThrow(/^layer 2 is not valid/);
    }
  });
  test('past the byte limit it stops', async () => {
    await expect(inflate(compression, packed(), 65_536, { ...defaultLimits, layerBytes: 100_000 })).rejects.toThrow(
      /--limit layerBytes=N/,
    );
  });
}

describe('gzip', () => {
  contract('gzip', () => gzipSync(plain));

  test('several members are one stream (estargz)', async () => {
    const members = Buffer.concat([gzipSync(plain.subarray(0, 1000)), gzipSync(plain.subarray(1000))]);
    expect((await inflate('gzip', members)).equals(plain)).toBe(true);
  });

  test('a bomb is stopped by its ratio', async () => {
    const bomb = gzipSync(Buffer.alloc(32 << 20), { level: 9 });
    await expect(inflate('gzip', bomb, 4096, { ...defaultLimits, ratio: 100, ratioFloor: 1 << 20 })).rejects.toThrow(
      /unpacks to more than 100 times its size, as a decompression bomb does/,
    );
    // An honest layer of zeros goes through below the floor.
    expect(await inflate('gzip', bomb, 4096)).toHaveLength(32 << 20);
  });

  test('an error of the source comes through as it is', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield gzipSync(plain).subarray(0, 1000);
      throw new Error('the wire broke');
    }
    const reading = (async () => {
      for await (const _ of inflateStream('gzip', failing(), defaultLimits, 'layer 2'));
    })();
    await expect(reading).rejects.toThrow('the wire broke');
  });
});

describe.skipIf(!has('zstd'))('zstd', () => {
  contract('zstd', () => tool('zstd', plain));

  test('several frames and skippable ones are one stream', async () => {
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
    const frames = Buffer.concat([
      skippable,
      tool('zstd', plain.subarray(0, 500)),
      skippable,
      tool('zstd', plain.subarray(500)),
    ]);
    expect(sniffCompression(frames)).toBe('zstd');
    expect((await inflate('zstd', frames)).equals(plain)).toBe(true);
  });

  test('frames that hold nothing and frames to skip may be many', async () => {
    const skippable = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 9]);
    const empty = tool('zstd', Buffer.alloc(0));
    const idle = Buffer.concat(Array.from({ length: 50 }, () => Buffer.concat([skippable, empty])));
    const frames = Buffer.concat([
      idle,
      tool('zstd', plain.subarray(0, 500)),
      idle,
      tool('zstd', plain.subarray(500)),
      idle,
    ]);
    for (const chunk of [frames.length, 1, 7]) expect((await inflate('zstd', frames, chunk)).equals(plain)).toBe(true);
    expect(await inflate('zstd', skippable)).toHaveLength(0);
  });

  test.each([
    ['a dictionary', [0x28, 0xb5, 0x2f, 0xfd, 0x23, 1, 2, 3, 4, 0], /needs a dictionary/],
    ['a window of 2 GiB', [0x28, 0xb5, 0x2f, 0xfd, 0, 21 << 3], /window is larger than 134217728 bytes/],
    ['a single segment of 2 GiB', [0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0x80], /window is larger/],
    ['a reserved block', [0x28, 0xb5, 0x2f, 0xfd, 0, 0, 7, 0, 0], /a damaged block/],
    ['a block that is too large', [0x28, 0xb5, 0x2f, 0xfd, 0, 0, 1, 0, 0xff], /a damaged block/],
    ['a reserved bit', [0x28, 0xb5, 0x2f, 0xfd, 8, 0], /reserved bit/],
    ['a skippable frame that is cut off', [0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1], /unexpected end/],
    ['half a magic number', [0x28, 0xb5], /unexpected end/],
  ])('%s is refused in words', async (_, bytes, message) => {
    await expect(inflate('zstd', Buffer.from(bytes))).rejects.toThrow(message);
    await expect(inflate('zstd', Buffer.concat([tool('zstd', plain), Buffer.from(bytes)]), 5)).rejects.toThrow(message);
  });

  test('bytes behind the last frame are refused, since what they hold would go unread', async () => {
    const behind = Buffer.concat([tool('zstd', plain), Buffer.from('no frame')]);
    await expect(inflate('zstd', behind)).rejects.toThrow(/bytes that are no frame/);
  });

  test('two streams at once do not mix', async () => {
    const packed = tool('zstd', plain);
    const both = await Promise.all([
      inflate('zstd', packed, 999),
      inflate('zstd', tool('zstd', Buffer.from('other')), 3),
    ]);
    expect(both[0].equals(plain)).toBe(true);
    expect(both[1].toString()).toBe('other');
  });

  test('a reader that leaves early ends the thread', async () => {
    for await (const piece of inflateStream('zstd', inChunks(tool('zstd', plain), 1000), defaultLimits, 'layer 2')) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
  });
});

describe.skipIf(!has('xz'))('xz', () => {
  contract('xz', () => tool('xz', plain));

  test('no layer may be xz', async () => {
    const packed = tool('xz', await tar([{ name: 'a' }]));
    await expect(
      readLayer(inChunks(packed), { collectors: [], limits: defaultLimits, what: 'layer 0' }),
    ).rejects.toThrow(/compressed with xz/);
  });
});

test('anything else is taken as it is', async () => {
  expect(sniffCompression(Buffer.from('plain'))).toBe('none');
  expect(sniffCompression(new Uint8Array(0))).toBe('none');
  expect((await inflate('none', plain)).equals(plain)).toBe(true);
});
