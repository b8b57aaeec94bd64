import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binariesCollector } from '../../../src/facts/language/binaries.ts';
import type { Manifest } from '../../../src/facts/language/manifest.ts';
import { factsOf } from '../../support/image.ts';

interface Parts {
  rodata?: Buffer;
  data?: Buffer;
  sections?: Record<string, Buffer>;
  note?: boolean;
  big?: boolean;
}
const page = 0x1000;
const memory = 0x400000;

/** A 64-bit program: a page of headers, read-only data, writable data, and sections that are not loaded. */
function program({ rodata = Buffer.alloc(0), data = Buffer.alloc(0), sections = {}, note, big }: Parts): Buffer {
  const pad = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((page - (bytes.length % page)) % page)]);
  const head = Buffer.alloc(page);
  const u16 = (value: number, at: number, into = head) =>
    big ? into.writeUInt16BE(value, at) : into.writeUInt16LE(value, at);
  const u32 = (value: number, at: number, into = head) =>
    big ? into.writeUInt32BE(value, at) : into.writeUInt32LE(value, at);
  const u64 = (value: number, at: number, into = head) =>
    big ? into.writeBigUInt64BE(BigInt(value), at) : into.writeBigUInt64LE(BigInt(value), at);
  const ro = pad(rodata);
  const rw = pad(data);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, big ? 2 : 1, 1]);
  u64(64, 32);
  u16(56, 54);
  const segments = [
    { type: 1, flags: 4, offset: page, bytes: ro.length },
    { type: 1, flags: 6, offset: page + ro.length, bytes: rw.length },
    ...(note ? [{ type: 4, flags: 4, offset: 0xf00, bytes: 32 }] : []),
  ];
  u16(segments.length, 56);
  for (const [i, { type, flags, offset, bytes }] of segments.entries()) {
    const at = 64 + i * 56;
    u32(type, at);
    u32(flags, at + 4);
    u64(offset, at + 8);
    u64(memory + offset, at + 16);
    u64(bytes, at + 32);
  }
  u32(4, 0xf00);
  u32(16, 0xf04);
  u32(4, 0xf08);
  head.write('Go\0\0', 0xf0c, 'latin1');
  const names = Buffer.from(`\0${[...Object.keys(sections), '.shstrtab'].join('\0')}\0`);
  const contents = [...Object.entries(sections), ['.shstrtab', names] as const];
  const tail: Buffer[] = [];
  const headers = Buffer.alloc(64 * (contents.length + 1));
  let offset = page + ro.length + rw.length;
  for (const [i, [name, content]] of contents.entries()) {
    const at = 64 * (i + 1);
    u32(names.indexOf(`\0${name}\0`) + 1, at, headers);
    u64(offset, at + 24, headers);
    u64(content.length, at + 32, headers);
    tail.push(content);
    offset += content.length;
  }
  u64(offset, 40);
  u16(64, 58);
  u16(contents.length + 1, 60);
  u16(contents.length, 62);
  return Buffer.concat([head, ro, rw, ...tail, headers]);
}

const frame = (lines: string[]) =>
  Buffer.concat([
    Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex'),
    Buffer.from(`${lines.join('\n')}\n`),
    Buffer.from('f932433186182072008242104116d8f2', 'hex'),
  ]);
const modules = frame([
  'path\texample.com/app',
  'mod\texample.com/app\t(devel)\t',
  'dep\tgithub.com/a/b\tv1.2.3+incompatible\th1:x=',
  'dep\tgithub.com/c/d\tv0.1.0',
  '=>\tgithub.com/fork/d\tv0.2.0\th1:y=',
  'dep\tgithub.com/e/f\tv1.0.0',
  '=>\t./local\t',
  'build\t-compiler=gc',
]);
const listed = [
  { n: 'stdlib', v: '1.22.1' },
  { n: 'example.com/app', v: '' },
  { n: 'github.com/a/b', v: 'v1.2.3+incompatible' },
  { n: 'github.com/fork/d', v: 'v0.2.0' },
  { n: 'github.com/e/f', v: 'v1.0.0' },
];

/** Texts behind their lengths. */
function inline(version: string, list = modules, at = 64): Buffer {
  const varint = (length: number) => {
    const out: number[] = [];
    for (let rest = length; ; rest >>= 7) {
      out.push(rest > 127 ? (rest & 127) | 128 : rest);
      if (rest < 128) return Buffer.from(out);
    }
  };
  const magic = Buffer.alloc(32);
  magic.write('\xff Go buildinf:\x08\x02', 'latin1');
  const text = Buffer.from(version);
  return Buffer.concat([
    Buffer.alloc(at),
    magic,
    varint(text.length),
    text,
    varint(list.length),
    list,
    Buffer.alloc(70_000),
  ]);
}

/** Texts in read-only data, string headers behind the blob. */
function pointed(big = false): Buffer {
  const rodata = Buffer.alloc(70_000);
  rodata.write('go1.16go1.17.5go1.1', 65_520);
  modules.copy(rodata, 4_090);
  const data = Buffer.alloc(256);
  data.write('\xff Go buildinf:\x08', 16, 'latin1');
  data[31] = big ? 1 : 0;
  const u64 = (value: number, at: number) =>
    big ? data.writeBigUInt64BE(BigInt(value), at) : data.writeBigUInt64LE(BigInt(value), at);
  const dataAt = memory + page + Math.ceil(rodata.length / page) * page;
  u64(dataAt + 100, 32);
  u64(dataAt + 120, 40);
  u64(memory + page + 65_526, 100);
  u64('go1.17.5'.length, 108);
  u64(memory + page + 4_090, 120);
  u64(modules.length, 128);
  return program({ rodata, data, note: true, big });
}

function read(bytes: Buffer, chunk = bytes.length): Manifest | undefined {
  const entry = {
    path: 'app',
    type: 'file' as const,
    size: bytes.length,
    mode: 0o755,
    uid: 0,
    gid: 0,
    layer: 0,
    mtime: 0,
  };
  const want = binariesCollector.wants(entry);
  if (want?.kind !== 'stream') return undefined;
  const sink = want.open(entry);
  for (let at = 0; at < bytes.length; at += chunk) sink.write(bytes.subarray(at, at + chunk));
  return sink.end() as Manifest | undefined;
}
const audit = (packages: unknown[]) => deflateSync(JSON.stringify({ packages }));
const crates = program({
  data: Buffer.alloc(66_000),
  sections: {
    '.comment': Buffer.from('rustc'),
    '.dep-v0': audit([
      { name: 'app', version: '0.1.0', root: true },
      { name: 'serde', version: '1.0.190', source: 'crates.io' },
      { name: 'cc', version: '1.0.0', kind: 'build' },
      { name: 7 },
    ]),
  },
});

describe('Go', () => {
  const samples: [string, Buffer, Manifest['p']][] = [
    ['texts in the blob', program({ data: inline('go1.22.1') }), listed],
    ['an experiment', program({ data: inline('go1.22.1 X:boringcrypto') }), listed],
    ['no modules', program({ data: inline('go1.22.1', Buffer.alloc(0)) }), listed.slice(0, 1)],
    ['behind other data', program({ data: inline('go1.22.1', modules, 200_016) }), listed],
    ['pointers', pointed(), [{ n: 'stdlib', v: '1.17.5' }, ...listed.slice(1)]],
    ['pointers, big-endian', pointed(true), [{ n: 'stdlib', v: '1.17.5' }, ...listed.slice(1)]],
  ];
  test.each(samples)('%s, wherever chunks cut it', (_name, bytes, packages) => {
    for (const chunk of [bytes.length, 65_536, 4096, 1021, 333])
      expect(read(bytes, chunk), `${chunk}`).toEqual({ e: 'golang', p: packages });
  });

  test('what is not on its place, or no Go, is none', () => {
    expect(read(program({ data: inline('go1.22.1', modules, 72) }))).toBeUndefined();
    expect(read(program({ data: inline('rust', modules) }))).toBeUndefined();
    expect(read(program({ rodata: inline('go1.22.1', modules) }))).toBeUndefined();
    expect(read(Buffer.alloc(100_000, 'x'))).toBeUndefined();
  });

  test('a blob that points anywhere is read nowhere else', () => {
    fc.assert(
      fc.property(fc.nat(0x2000), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (at, value) => {
        const bytes = Buffer.from(pointed());
        bytes.writeBigUInt64LE(value, bytes.indexOf('\xff Go buildinf:', 0, 'latin1') + 16 + (at % 120));
        read(bytes, 4096);
      }),
      { numRuns: 100 },
    );
  });
});

describe('Rust', () => {
  test('crates but for those of the build', () => {
    const p = [
      { n: 'app', v: '0.1.0' },
      { n: 'serde', v: '1.0.190' },
    ];
    for (const chunk of [crates.length, 4096, 777]) expect(read(crates, chunk)).toEqual({ e: 'cargo', p });
  });

  test('a section that is damaged or unpacks for ever is none', () => {
    const data = Buffer.alloc(66_000);
    expect(read(program({ data, sections: { '.dep-v0': Buffer.from('x\x9cnonsense') } }))).toBeUndefined();
    expect(read(program({ data, sections: { '.dep-v0': deflateSync(Buffer.alloc(64 << 20)) } }))).toBeUndefined();
    expect(read(program({ data, sections: { '.dep-v0': deflateSync('[1]') } }))).toBeUndefined();
  });
});

test('changed bytes and lengths end no scan', () => {
  const samples = [crates, pointed(), program({ data: inline('go1.22.1') })];
  fc.assert(
    fc.property(
      fc.nat(samples.length - 1),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
      fc.nat(),
      fc.boolean(),
      (which, changes, cut, atHead) => {
        const bytes = Buffer.from(samples[which]!);
        for (const [at, value] of changes) bytes[at % (atHead ? 256 : bytes.length)] = value;
        const found = read(bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut % bytes.length : 0)), 8192);
        for (const { n, v } of found?.p ?? []) expect(n.length + v.length).toBeLessThan(1024);
      },
    ),
    { numRuns: 300 },
  );
});

test('its packages are those of the file', async () => {
  const { facts } = await factsOf({ layers: [{ 'app/tool': { content: crates, mode: 0o755 }, 'app/data': crates }] });
  expect(facts.languagePackages).toMatchObject({
    value: [
      { name: 'app', type: 'cargo', location: 'app/tool', size: 0 },
      { name: 'serde', version: '1.0.190', purl: 'pkg:cargo/serde@1.0.190' },
    ],
  });
});
