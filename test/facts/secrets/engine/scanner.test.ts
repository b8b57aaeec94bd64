import { describe, expect, it } from 'vitest';
import { seeded } from '../../../../src/facts/secrets/engine/author/template.ts';
import { FileScan } from '../../../../src/facts/secrets/engine/file-scan.ts';
import { SecretScanner } from '../../../../src/facts/secrets/engine/scanner.ts';
import { fresh, scan } from './load.ts';

const token = fresh('ghp_{crc}', 'scanner');
const password = fresh('{alnum:20}', 'scanner');

describe('places', () => {
  it('are bytes, lines and columns', () => {
    const text = `# a\n# b\n  TOKEN=${token}\nX=1\nURL=postgres://app:${password}@db.internal/x\n`;
    expect(scan(text)).toMatchObject([
      { id: 'github-pat', line: 3, column: 9, start: 16, end: 16 + token.length, value: token, checked: 'passed' },
      { id: 'url-credentials', line: 5, column: 20, value: password },
    ]);
  });

  it('are the same in a stream however it is cut', () => {
    const random = seeded('stream');
    const parts: string[] = [];
    for (let i = 0; i < 9000; i++) {
      parts.push(`line ${i} ${fresh('{lower:30}', `s${i}`)}`);
      if (i % 1500 === 7)
        parts.push(`TOKEN=${fresh('glpat-{url:20}', `t${i}`)}`, `api=${fresh('{alnum:76}AZDO{alnum:4}', `z${i}`)}`);
    }
    const bytes = Buffer.from(parts.join('\n'));
    const whole = scan(bytes);
    expect(whole.length).toBe(12);
    for (let round = 0; round < 8; round++) {
      const stream = new SecretScanner().stream();
      const most = [40, 3000, 70_000, 200_000][round % 4]!;
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + Math.floor(random() * most);
        const chunk = Buffer.from(bytes.subarray(at, at + size));
        stream.write(chunk);
        // Chunks are valid during the call only.
        chunk.fill(0);
        at += size;
      }
      expect(stream.end(), `${most}`).toEqual(whole);
      expect(stream.cut).toBe(false);
    }
  });

  it('of an empty stream are none', () => {
    const stream = new SecretScanner().stream();
    expect(stream.end()).toEqual([]);
  });
});

describe('encodings', () => {
  const text = `name=shop\r\nTOKEN=${token}\r\n`;
  const wide = Buffer.from(text, 'utf16le');

  it.each([
    ['UTF-16LE with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), wide]), 2],
    ['UTF-16LE', wide, 0],
    ['UTF-16BE with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(wide).swap16()]), 2],
    ['UTF-16BE', Buffer.from(wide).swap16(), 0],
  ])('%s', (_, bytes, skip) => {
    const expected = { value: token, line: 2, column: 7, start: skip + 2 * text.indexOf(token), via: 'utf-16' };
    expect(scan(bytes)).toMatchObject([expected]);
    const stream = new SecretScanner().stream();
    for (const byte of bytes) stream.write(Uint8Array.of(byte));
    expect(stream.end()).toMatchObject([expected]);
  });

  it('of binary files are their printable strings, for provider formats alone', () => {
    const bytes = Buffer.from(
      `\x7fELF\0\0\0\x01${token}\0\x02password=${password}\0url=postgres://a:${password}@db.internal/\0`,
      'latin1',
    );
    expect(scan(bytes)).toMatchObject([{ id: 'github-pat', via: 'binary' }]);
  });

  it('are undone one level deep: base64', () => {
    const once = Buffer.from(`{"a":1,"token":"${fresh('glpat-{url:20}', 'b64')}"}`).toString('base64');
    const twice = Buffer.from(once).toString('base64');
    expect(scan(`data:\n  config: ${once}\n`)).toMatchObject([
      { id: 'gitlab-pat', via: 'base64', line: 2, column: 11 },
    ]);
    expect(scan(`data:\n  config: ${twice}\n`)).toEqual([]);
    for (const pad of ['', 'x', 'xy']) {
      const shifted = Buffer.from(`${pad}"${fresh('glpat-{url:20}', 'b64')}"`).toString('base64');
      expect(scan(`A=${shifted}`), pad).toMatchObject([{ id: 'gitlab-pat' }]);
    }
  });
});

describe('limits', () => {
  it('hold per file and per format, and are told', () => {
    const many = Array.from({ length: 300 }, (_, i) => `T${i}=${fresh('ghp_{crc}', `m${i}`)}`).join('\n');
    const other = `U=${fresh('glpat-{url:20}', 'other')}\n`;
    const scanner = new SecretScanner({ maxHitsPerFormat: 10 });
    expect(scanner.scan(Buffer.from(`${many}\n${other}`)).map(({ id }) => id)).toEqual([
      ...Array(10).fill('github-pat'),
      'gitlab-pat',
    ]);
    expect(scanner.cut).toBe(false);
    const small = new SecretScanner({ maxHitsPerFile: 5 });
    expect(small.scan(Buffer.from(many))).toHaveLength(5);
    expect(small.cut).toBe(true);
  });

  it('hold on bytes, whole or streamed', () => {
    const bytes = Buffer.from(`${'a'.repeat(5000)}\nT=${token}\n`);
    const scanner = new SecretScanner({ maxBytes: 4096 });
    expect(scanner.scan(bytes)).toEqual([]);
    expect(scanner.cut).toBe(true);
    const stream = scanner.stream();
    stream.write(bytes);
    expect(stream.end()).toEqual([]);
    expect(stream.cut).toBe(true);
  });

  it.each([
    'https://a:',
    '-----BEGIN RSA PRIVATE KEY-----\n',
    'datadog:\n',
    '{"kty"',
    'LS0tLS1CRUdJTi',
    'eyJhbGciOiJIUzI1NiJ9.',
    'password="aB3dE6gH9jK2m',
    'curl -u a:',
  ])('bound what is read of a hostile file: %j', (unit) => {
    const bytes = Buffer.from(unit.repeat(Math.ceil(400_000 / unit.length)));
    const file = new FileScan({ maxHitsPerFile: 200, maxHitsPerFormat: 50, maxWork: 1000 }, {}, undefined);
    file.process(bytes, 0, 0, bytes.length);
    const { read, most } = file.budget;
    expect(most).toBeLessThan(1000 + 2 * 400 + 1);
    // One candidate may go over it: a key of 12 kB, or 16 kB of base64 four times.
    expect(read).toBeLessThan(most + 140);
    expect(file.cut).toBe(read > most);
  });

  it('end a file whose candidates read too much', () => {
    const scanner = new SecretScanner({ maxWork: 100 });
    scanner.scan(Buffer.from('-----BEGIN RSA PRIVATE KEY-----\n'.repeat(2000)));
    expect(scanner.cut).toBe(true);
    scanner.scan(Buffer.from('nothing\n'));
    expect(scanner.cut).toBe(false);
  });
});

describe('of two matches of the same bytes', () => {
  it('the provider goes before the name of the field', () => {
    expect(scan(`GITHUB_PASSWORD=${token}`)).toMatchObject([{ id: 'github-pat', provider: 'github' }]);
    expect(scan(`https://x-access-token:${token}@github.com/a/b.git`)).toMatchObject([{ id: 'github-pat' }]);
  });

  it('the longer token is read as what it is', () => {
    expect(scan(`K=${fresh('sk-ant-api03-{url:93}AA', 'k')}`)).toMatchObject([{ id: 'anthropic-api-key' }]);
    expect(scan(`K=${fresh('sgp_{alnum:64}', 'k')}`)).toMatchObject([{ provider: 'segment' }]);
  });
});
