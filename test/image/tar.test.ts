import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../src/image/limits.ts';
import { type TarHeader, TarParser } from '../../src/image/tar.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { endMarker, header, padded, sealed, tar } from '../support/tar.ts';

interface Seen {
  header: TarHeader;
  content: string;
}

function parse(
  bytes: Uint8Array,
  chunk = bytes.length || 1,
  limits = defaultLimits,
): { seen: Seen[]; trailing: number } {
  const seen: Seen[] = [];
  const parser = new TarParser(
    {
      entry(entry) {
        seen.push({ header: entry, content: '' });
        return entry.type === 'file';
      },
      data(piece) {
        seen[seen.length - 1]!.content += Buffer.from(piece).toString('latin1');
      },
      entryEnd() {},
    },
    limits,
    'layer 0',
  );
  for (let at = 0; at < bytes.length; at += chunk) parser.push(bytes.subarray(at, at + chunk));
  parser.end();
  return { seen, trailing: parser.trailing };
}

const paxRecord = (key: string, value: string): string => {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
};

describe('tar', () => {
  test('reads the same entries wherever the stream is cut', async () => {
    const long = `${'deep/'.repeat(40)}file.txt`;
    const bytes = await tar([
      { name: 'etc/', type: 'directory', mode: 0o755 },
      { name: 'etc/passwd', content: 'root:x:0:0\n', mode: 0o644, pax: { uid: '3000000' } },
      { name: long, content: 'x'.repeat(1500) },
      { name: 'bin/sh', type: 'symlink', linkname: 'busybox' },
      { name: 'bin/ash', type: 'link', linkname: 'bin/busybox' },
      { name: 'ping', content: 'elf', mode: 0o4755, pax: { 'SCHILY.xattr.security.capability': 'abc' } },
      { name: 'grüße', content: 'ü' },
    ]);
    const whole = parse(bytes);
    expect(whole.seen.map((item) => [item.header.name, item.header.type, item.content.length])).toEqual([
      ['etc/', 'directory', 0],
      ['etc/passwd', 'file', 11],
      [long, 'file', 1500],
      ['bin/sh', 'symlink', 0],
      ['bin/ash', 'hardlink', 0],
      ['ping', 'file', 3],
      ['grüße', 'file', 2],
    ]);
    expect(whole.seen[1]!.header.uid).toBe(3_000_000);
    expect(whole.seen[5]!.header).toMatchObject({ mode: 0o4755 });
    expect(Buffer.from(whole.seen[5]!.header.capability!).toString()).toBe('abc');
    for (const size of [1, 7, 511, 512, 513, 4096]) expect(parse(bytes, size)).toEqual(whole);
  });

  test('stops at the end marker: a second archive behind it is told, not read', async () => {
    const first = await tar([{ name: 'seen' }]);
    const second = await tar([{ name: 'hidden' }]);
    const result = parse(Buffer.concat([first, second]), 700);
    expect(result.seen.map((item) => item.header.name)).toEqual(['seen']);
    expect(result.trailing).toBeGreaterThan(0);
    expect(parse(Buffer.concat([first, Buffer.alloc(20_480)])).trailing).toBe(0);
  });

  test('a lone zero block ends the archive too', () => {
    const result = parse(Buffer.concat([header('seen'), Buffer.alloc(512), header('hidden'), endMarker]));
    expect(result.seen.map((item) => item.header.name)).toEqual(['seen']);
    expect(result.trailing).toBeGreaterThan(0);
  });

  test('an archive without its end marker is read; one cut inside an entry is refused', () => {
    expect(parse(header('a')).seen).toHaveLength(1);
    expect(parse(Buffer.alloc(0)).seen).toHaveLength(0);
    const cut = Buffer.concat([header('a', { size: 600 }), Buffer.alloc(512)]);
    expect(() => parse(cut)).toThrow(/^layer 0 is cut off in the middle of a tar entry/);
    expect(() => parse(header('a').subarray(0, 300))).toThrow(/cut off/);
  });

  test('a wrong checksum names the entry', () => {
    const bad = header('b');
    bad[0] = 0x7a;
    expect(() => parse(Buffer.concat([header('a'), bad]))).toThrow(/header of entry 2 has a wrong checksum/);
  });

  test('pax path, linkpath and size override the header, for one entry alone', () => {
    const pax = paxRecord('path', 'from/pax') + paxRecord('size', '3') + paxRecord('mtime', '12.5');
    const bytes = Buffer.concat([
      header('x', { type: 'x', size: pax.length }),
      padded(pax),
      header('short', { size: 0 }),
      padded('abc'),
      header('next', { size: 1 }),
      padded('z'),
      endMarker,
    ]);
    const { seen } = parse(bytes);
    expect(seen.map((item) => [item.header.name, item.content, item.header.mtime])).toEqual([
      ['from/pax', 'abc', 12],
      ['next', 'z', 0],
    ]);
  });

  test('GNU long names and links', () => {
    const name = 'n'.repeat(300);
    const link = 'l'.repeat(260);
    const bytes = Buffer.concat([
      header('././@LongLink', { type: 'L', size: name.length + 1 }),
      padded(`${name}\0`),
      header('././@LongLink', { type: 'K', size: link.length + 1 }),
      padded(`${link}\0`),
      header('short', { type: '2', linkname: 'short' }),
      endMarker,
    ]);
    const { seen } = parse(bytes);
    expect(seen[0]!.header).toMatchObject({ name, linkname: link, type: 'symlink' });
  });

  test('names that are not UTF-8 stay apart', () => {
    const a = header('a');
    a[0] = 0xe9;
    const b = header('a');
    b[0] = 0xe8;
    expect(parse(Buffer.concat([sealed(a), sealed(b)])).seen.map((item) => item.header.name)).toEqual([
      '\\xe9',
      '\\xe8',
    ]);
  });

  test('hostile headers: impossible sizes, endless pax headers, too many entries', () => {
    const negative = header('a');
    negative.fill(0xff, 124, 136);
    expect(() => parse(sealed(negative))).toThrow(/impossible size/);
    const huge = header('a');
    huge.fill(0x7f, 125, 136);
    huge[124] = 0x80;
    expect(() => parse(sealed(huge))).toThrow(/impossible size/);
    expect(() => parse(header('x', { type: 'x', size: 2 ** 21 }))).toThrow(/limit extendedHeaderBytes/);
    const many = Buffer.concat(Array.from({ length: 9 }, () => header('a')));
    expect(() => parse(many, 512, { ...defaultLimits, entriesPerLayer: 4 })).toThrow(/limit entriesPerLayer/);
    const damaged = Buffer.concat([header('x', { type: 'x', size: 10 }), padded('99 a=b\n'), header('a')]);
    expect(() => parse(damaged)).toThrow(/damaged pax header/);
  });
});

/** What an archive says to Go's reader, by which runtimes unpack it, and must not say otherwise here. */
describe('tar, where readers differ', () => {
  const paxBlock = (records: string, type = 'x'): Buffer =>
    Buffer.concat([header('PaxHeader', { type, size: Buffer.byteLength(records) }), padded(records)]);
  const namesOf = (...blocks: Buffer[]): string[] =>
    parse(Buffer.concat([...blocks, endMarker])).seen.map((item) => item.header.name);

  test('global pax headers name no entry, and undo what came before them', () => {
    expect(namesOf(paxBlock(paxRecord('path', 'harmless'), 'g'), header('etc/passwd'))).toEqual(['etc/passwd']);
    const renamed = paxBlock(paxRecord('path', 'harmless'));
    expect(namesOf(renamed, paxBlock(paxRecord('comment', 'x'), 'g'), header('etc/passwd'))).toEqual(['etc/passwd']);
    expect(namesOf(renamed, paxBlock(paxRecord('comment', 'x')), header('etc/passwd'))).toEqual(['etc/passwd']);
  });

  test('records of a sparse file make none of an ordinary one, whose content is read', () => {
    for (const records of [
      paxRecord('GNU.sparse.size', '10') + paxRecord('GNU.sparse.name', 'harmless'),
      paxRecord('GNU.sparse.realsize', '10'),
      paxRecord('GNU.sparse.major', '7') + paxRecord('GNU.sparse.minor', '0'),
    ]) {
      const { seen } = parse(
        Buffer.concat([paxBlock(records), header('key', { size: 6 }), padded('secret'), endMarker]),
      );
      expect(seen.map((item) => [item.header.name, item.header.sparse, item.content])).toEqual([
        ['key', false, 'secret'],
      ]);
    }
  });

  test('numbers stand between NULs as well as blanks, and may be binary and negative', () => {
    const sized = header('a', { size: 0 });
    sized.write('\0\0 \x000000003\0', 124, 12, 'latin1');
    const owned = header('b', { mode: 0 });
    owned.write('\x80\0\0\x01\0\0\0\x07', 108, 8, 'latin1');
    owned.write('\xff\xff\xff\xff\xff\xff\xf9\xed', 100, 8, 'latin1');
    const { seen } = parse(Buffer.concat([sealed(sized), padded('abc'), sealed(owned), endMarker]));
    expect(seen[0]!.content).toBe('abc');
    // chown(2) and chmod(2) take 32 and 12 bits.
    expect(seen[1]!.header).toMatchObject({ uid: 7, mode: 0o4755 });
  });

  test.each([
    ['4294967296', 0],
    ['4294967301', 5],
    ['-1', 0],
    ['4294967295', 0],
    ['18014398509481985', 1],
    ['-2', 4294967294],
  ])('an owner %s arrives as %i', (written, uid) => {
    const { seen } = parse(Buffer.concat([paxBlock(paxRecord('uid', written)), header('a'), endMarker]));
    expect(seen[0]!.header.uid).toBe(uid);
  });

  test.each(['0x200', '1e3', ' 5', '5 ', '-'])('a pax size %j is refused', (size) => {
    expect(() => parse(Buffer.concat([paxBlock(paxRecord('size', size)), header('a'), endMarker]))).toThrow(
      /damaged pax header/,
    );
  });

  test('each dialect keeps its prefix elsewhere', () => {
    const named = (magic: string, change: (block: Buffer) => void = () => {}): string => {
      const block = header('name');
      block.write(magic, 257, 8, 'latin1');
      block.write('etc', 345, 'latin1');
      change(block);
      return namesOf(sealed(block))[0]!;
    };
    expect(named('ustar\x0000')).toBe('etc/name');
    expect(named('ustar\x01\0\0')).toBe('name');
    expect(named('\0\0\0\0\0\0\0\0')).toBe('name');
    // Go up to 1.7 wrote a prefix over the times of a GNU header, and later ones still take it for one.
    expect(named('ustar  \0')).toBe('etc/name');
    expect(named('ustar  \0', (block) => block.write('00000000017\0', 345, 'latin1'))).toBe('name');
    const star = named('ustar\x0000', (block) => {
      block.fill(0x70, 345, 345 + 131);
      block.write('00000000001\x0000000000001\0', 476, 'latin1');
      block.write('tar\0', 508, 'latin1');
    });
    expect(star).toBe(`${'p'.repeat(131)}/name`);
  });

  test('early archives mark a folder by a slash, and it has no content whatever its size says', () => {
    const bytes = Buffer.concat([
      header('dir/', { type: '\0', size: 512 }),
      header('inside'),
      header('file/', { type: '0', size: 3 }),
      padded('abc'),
      endMarker,
    ]);
    expect(parse(bytes).seen.map((item) => [item.header.name, item.header.type])).toEqual([
      ['dir/', 'directory'],
      ['inside', 'file'],
      ['file/', 'file'],
    ]);
  });

  test('a name that spells an escape is not the name that is escaped', () => {
    const byte = header('a');
    byte[0] = 0xff;
    const names = namesOf(sealed(byte), header('\\xff'), header('\\x5cxff'), header('dev\\x2ddisk'));
    expect(names).toEqual(['\\xff', '\\x5cxff', '\\x5cx5cxff', 'dev\\x2ddisk']);
    expect(new Set(names).size).toBe(4);
  });

  test('a capability is kept up to what shows that it is none', () => {
    const records = paxRecord('SCHILY.xattr.security.capability', 'c'.repeat(100_000));
    const { seen } = parse(Buffer.concat([paxBlock(records), header('a'), endMarker]));
    expect(seen[0]!.header.capability).toHaveLength(64);
  });

  test('a file that is nearly all hole is told and not filled', () => {
    const records = ['major=1', 'minor=0', `realsize=${2 ** 40}`]
      .map((text) => text.split('='))
      .map(([key, value]) => paxRecord(`GNU.sparse.${key}`, value!))
      .join('');
    const bytes = Buffer.concat([
      paxBlock(records),
      header('big', { size: 515 }),
      padded(`1\n0\n3\n`),
      padded('abc'),
      header('next', { size: 1 }),
      padded('z'),
      endMarker,
    ]);
    expect(parse(bytes).seen.map((item) => [item.header.size, item.header.sparse, item.content])).toEqual([
      [2 ** 40, true, ''],
      [1, false, 'z'],
    ]);
  });

  test.each([
    ['regions that overlap', '2\n0\n2\n1\n1\n', 'abc'],
    ['a region past the end', '1\n8\n9\n', 'abc'],
    ['more data than regions', '1\n0\n1\n', 'abc'],
    ['less data than regions', '1\n0\n9\n', 'abc'],
    ['a number that is none', '1\nx\n3\n', 'abc'],
    ['a map without end', '999999999\n', 'abc'],
  ])('a sparse map with %s is refused', (_, map, data) => {
    const records =
      paxRecord('GNU.sparse.major', '1') + paxRecord('GNU.sparse.minor', '0') + paxRecord('GNU.sparse.realsize', '10');
    const bytes = Buffer.concat([
      paxBlock(records),
      header('a', { size: 512 + data.length }),
      padded(map),
      padded(data),
      endMarker,
    ]);
    for (const chunk of [bytes.length, 7]) expect(() => parse(bytes, chunk)).toThrow(/sparse file with a damaged map/);
  });
});

describe.skipIf(!corpusDir)('tar, edge cases of the corpus', () => {
  const names = (file: string): string[] =>
    parse(readFileSync(corpus('tar-edge', file)), 1000).seen.map((item) => item.header.name);
  test.each([
    ['gnu-multi-hdrs.tar', ['GNU2/GNU2/long-path-name']],
    ['hardlink.tar', ['file.txt', 'hard.txt']],
    ['nil-uid.tar', ['P1050238.JPG.log']],
    ['ustar-file-reg.tar', ['foo']],
    ['v7.tar', ['small.txt', 'small2.txt']],
    ['xattrs.tar', ['small.txt', 'small2.txt']],
    ['sparse-formats.tar', ['sparse-gnu', 'sparse-posix-0.0', 'sparse-posix-0.1', 'sparse-posix-1.0', 'end']],
  ])('%s', (file, expected) => {
    expect(names(file).map((name) => name.slice(-200))).toEqual(expected.map((name) => expect.stringContaining(name)));
  });

  test.each(['issue10968.tar', 'issue12435.tar', 'writer-big.tar'])('%s is refused', (file) => {
    expect(() => names(file)).toThrow(/^layer 0 /);
  });

  test('a pax header with nothing behind it holds no entry', () => expect(names('pax-path-hdr.tar')).toEqual([]));

  test('sparse files of every kind have their real size and content, holes as zeros', () => {
    const bytes = readFileSync(corpus('tar-edge', 'sparse-formats.tar'));
    for (const chunk of [bytes.length, 1, 300]) {
      const { seen } = parse(bytes, chunk);
      const [first] = seen;
      expect(first!.content).toMatch(/^\0G\0o/);
      expect(seen.slice(0, 4).map((item) => [item.header.size, item.content, item.header.sparse])).toEqual(
        Array.from({ length: 4 }, () => [200, first!.content, false]),
      );
      expect(seen[4]!.content).toBe('end\n');
    }
  });
});
