import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPem } from '../../../../src/facts/secrets/engine/pem.ts';
import { scan } from './load.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1', passphrase?: string) =>
  `${key.export({ type: type as 'pkcs8', format: 'pem', ...(passphrase ? { cipher: 'aes-256-cbc', passphrase } : {}) })}`;
const plain = pem(ed.privateKey, 'pkcs8');

/** openssh-key-v1 with a cipher name. */
function openssh(cipher: string): string {
  const field = (text: string | Buffer) => {
    const bytes = Buffer.from(text);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(bytes.length);
    return Buffer.concat([size, bytes]);
  };
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field(cipher),
    field('none'),
    field(''),
    Buffer.alloc(80, 7),
  ]);
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.toString('base64').replace(/.{70}/g, '$&\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

describe('a private key', () => {
  it.each([
    ['PKCS #1', pem(rsa.privateKey, 'pkcs1'), 'rsa', false],
    ['PKCS #8', pem(rsa.privateKey, 'pkcs8'), 'pkcs8', false],
    ['SEC 1', pem(ec.privateKey, 'sec1'), 'ec', false],
    ['Ed25519', plain, 'pkcs8', false],
    ['encrypted PKCS #8', pem(rsa.privateKey, 'pkcs8', 'x'), 'pkcs8', true],
    ['encrypted PKCS #1', pem(rsa.privateKey, 'pkcs1', 'x'), 'rsa', true],
    ['OpenSSH', openssh('none'), 'openssh', false],
    ['encrypted OpenSSH', openssh('aes256-ctr'), 'openssh', true],
  ])('%s', (_, text, kind, encrypted) => {
    expect(readPem(text, 0)).toEqual({ kind, encrypted, length: text.trimEnd().length });
  });

  it.each([
    ['in JSON', JSON.stringify({ key: plain })],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ key: plain }))],
    ['indented', `key: |\n${plain.replace(/^/gm, '    ')}`],
    [
      'in a list of strings',
      plain
        .trimEnd()
        .split('\n')
        .map((line) => `"${line}\\n" +`)
        .join('\n'),
    ],
    ['with carriage returns', plain.replaceAll('\n', '\r\n')],
    ['in one line', plain.replaceAll('\n', '')],
    ['in a shell variable', `KEY="${plain.trimEnd().replaceAll('\n', '\\n')}"`],
  ])('%s', (_, text) => {
    expect(scan(text).map(({ id, checked }) => [id, checked])).toEqual([['private-key', 'passed']]);
  });

  it.each([
    ['a public key', `${ec.publicKey.export({ type: 'spki', format: 'pem' })}`],
    ['three dots', '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----'],
    ['crosses', `-----BEGIN PRIVATE KEY-----\n${'X'.repeat(64)}\n${'X'.repeat(64)}\n-----END PRIVATE KEY-----`],
    ['a header alone', '-----BEGIN PRIVATE KEY-----\n'],
    ['no end', plain.split('\n').slice(0, -2).join('\n')],
    ['another end', plain.replace('END PRIVATE', 'END RSA PRIVATE')],
    ['cut', plain.split('\n').toSpliced(1, 1, plain.split('\n')[1]!.slice(0, 44)).join('\n')],
  ])('is not: %s', (_, text) => {
    expect(scan(text)).toEqual([]);
  });

  it('does not swallow its neighbours', () => {
    const text = `-----BEGIN PRIVATE KEY-----\n${plain}${pem(rsa.privateKey, 'pkcs1')}`;
    const found = scan(text);
    expect(found.map(({ line }) => line)).toEqual([2, 5]);
    expect(found[0]!.value).toBe(plain.trimEnd());
  });

  it('is found in base64, and of low severity where it is encrypted', () => {
    expect(scan(`data: ${Buffer.from(plain).toString('base64')}\n`)).toMatchObject([
      { id: 'private-key', via: 'base64', line: 1 },
    ]);
    expect(scan(pem(rsa.privateKey, 'pkcs8', 'x'))).toMatchObject([{ id: 'encrypted-private-key', severity: 'low' }]);
  });
});
