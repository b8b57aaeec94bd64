/** Compressed layers that an attacker would write. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeLayout } from '../layout.ts';
import { archive, entry } from '../tar.ts';
import { type Attack, bomb, gzipLayer, layer, noise, osRelease, zstdType } from './bytes.ts';

export const compression: Attack[] = [
  { name: 'gzip bomb of 6 GiB', expect: /unpacks to more than/, make: (dir) => gzipLayer(dir, bomb(96)) },
  {
    name: 'zstd bomb of 6 GiB',
    expect: /unpacks to more than/,
    make: (dir) => makeLayout(dir, [layer(zstdBomb(dir, 6))], { mediaType: zstdType }) && `oci-dir:${dir}`,
  },
  { name: 'truncated gzip', expect: /layer 0/, make: (dir) => gzipLayer(dir, gzipSync(big()).subarray(0, 40_000)) },
  {
    name: 'truncated zstd',
    expect: /layer 0/,
    make: (dir) =>
      makeLayout(dir, [layer(zstd(big()).subarray(0, 40_000))], { mediaType: zstdType }) && `oci-dir:${dir}`,
  },
  {
    name: 'corrupt zstd',
    expect: /layer 0/,
    make: (dir) => makeLayout(dir, [layer(spoil(zstd(big())))], { mediaType: zstdType }) && `oci-dir:${dir}`,
  },
  {
    name: 'zstd with a window of 2 GiB',
    expect: /layer 0/,
    make: (dir) => makeLayout(dir, [layer(hugeWindow())], { mediaType: zstdType }) && `oci-dir:${dir}`,
  },
  { name: 'corrupt gzip', expect: /layer 0/, make: (dir) => gzipLayer(dir, spoil(gzipSync(big()))) },
  {
    name: 'gzip with garbage behind it',
    expect: 'either',
    make: (dir) => gzipLayer(dir, Buffer.concat([gzipSync(archive(osRelease)), Buffer.from('garbage '.repeat(100))])),
  },
];

function zstdBomb(dir: string, gib: number): Buffer {
  const head = join(dir, 'head');
  writeFileSync(head, entry({ path: 'zeros', size: gib * 2 ** 30 }));
  const made = execFileSync('bash', ['-c', `{ cat '${head}'; head -c 1G /dev/zero; } | zstd -q -c`], {
    maxBuffer: 1 << 28,
  });
  const more = execFileSync('bash', ['-c', 'head -c 1G /dev/zero | zstd -q -c'], { maxBuffer: 1 << 28 });
  rmSync(head);
  return Buffer.concat([made, ...Array.from({ length: gib - 1 }, () => more)]);
}

function big(): Buffer {
  return archive(osRelease, entry({ path: 'noise' }, noise(300_000)), entry({ path: 'after' }, 'x'));
}

function spoil(bytes: Buffer): Buffer {
  const spoilt = Buffer.from(bytes);
  spoilt.fill(0x5a, 5_000, 5_400);
  return spoilt;
}

function zstd(bytes: Buffer): Buffer {
  return execFileSync('zstd', ['-q', '-c'], { input: bytes, maxBuffer: 1 << 28 });
}

function hugeWindow(): Buffer {
  const body = archive(osRelease);
  const block = Buffer.alloc(3);
  block.writeUIntLE((body.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3]), block, body]);
}
