/** Private keys in every wrapping that files have them in. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTool } from '../../../scripts/services.mjs';
import { findKeys, judgeKey } from '../../../src/facts/secrets/keys.ts';
import { keystoreSecret } from '../../../src/facts/secrets/keystore.ts';

const inFolder = <T>(work: (folder: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'tare-keys-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
const spki = { type: 'spki', format: 'pem' } as const;
const ec = (type: 'pkcs8' | 'sec1', cipher?: { cipher: string; passphrase: string }): string =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: spki,
    privateKeyEncoding: { type, format: 'pem', ...cipher },
  }).privateKey;
const rsa = (type: 'pkcs1' | 'pkcs8'): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: spki,
    privateKeyEncoding: { type, format: 'pem' },
  }).privateKey;
const kinds: [string, () => string][] = [
  ['EC, PKCS #8', () => ec('pkcs8')],
  ['EC, SEC 1', () => ec('sec1')],
  ['RSA, PKCS #1', () => rsa('pkcs1')],
  ['RSA, PKCS #8', () => rsa('pkcs8')],
  [
    'Ed25519',
    () =>
      generateKeyPairSync('ed25519', { publicKeyEncoding: spki, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })
        .privateKey,
  ],
];

describe('keys in text', () => {
  it.each(kinds)('%s: plain, escaped, indented, quoted in a source', (_, make) => {
    // Random bodies: whatever character a line begins or ends with.
    for (let round = 0; round < 12; round++) {
      const pem = make();
      const lines = pem.trim().split('\n');
      const found = [
        pem,
        pem.replaceAll('\n', '\r\n'),
        `{"private_key": ${JSON.stringify(pem)}}`,
        `key: |\n${lines.map((line) => `    ${line}`).join('\n')}\n`,
        `KEY="${pem}"`,
        `const key = ${lines.map((line) => `"${line}\\n"`).join(' +\n  ')};`,
        `# old:\n${lines.map((line) => `# ${line}`).join('\n')}\n`,
        `text before\n${pem}text behind, and another:\n${pem}`,
      ].map(findKeys);
      expect(found.map((keys) => keys.map(({ confidence }) => confidence))).toEqual([
        ...Array(7).fill(['high']),
        ['high', 'high'],
      ]);
      expect(new Set(found.flat().map(({ identity }) => identity)).size).toBe(1);
      expect(new Set(found.flat().map(({ value }) => value)).size).toBe(1);
    }
  });

  it('knows a key by its number, whatever its format', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const forms = (['pkcs1', 'pkcs8'] as const).map((type) => privateKey.export({ type, format: 'pem' }) as string);
    expect(new Set(forms.map((form) => judgeKey(form)!.identity)).size).toBe(1);
  });

  it('takes a guarded key for a doubtful one', () => {
    const [key] = findKeys(ec('pkcs8', { cipher: 'aes-256-cbc', passphrase: 'open' }));
    expect(key).toMatchObject({ confidence: 'low', note: 'encrypted' });
    const legacy = `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n${Buffer.alloc(300, 7).toString('base64')}\n-----END RSA PRIVATE KEY-----`;
    expect(findKeys(legacy)).toMatchObject([{ confidence: 'low' }]);
  });

  it('says that the certificate is in the same file, and where the key begins', () => {
    const [key] = findKeys(`-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n${ec('pkcs8')}`);
    expect(key).toMatchObject({ line: 4, column: 1, note: 'its certificate is in the same file' });
  });

  it.each([
    ['no body', '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----'],
    [
      'another body',
      `-----BEGIN PRIVATE KEY-----\n${Buffer.alloc(200, 1).toString('base64')}\n-----END PRIVATE KEY-----`,
    ],
    [
      'a body of words',
      '-----BEGIN RSA PRIVATE KEY-----\nput your own key in here please\n-----END RSA PRIVATE KEY-----',
    ],
    ['a header alone', 'if (text.startsWith("-----BEGIN RSA PRIVATE KEY-----")) {'],
    [
      'a public key',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }) as string,
    ],
    ['a cut body', ec('pkcs8').slice(0, 120)],
  ])('finds no key in %s', (_, text) => expect(findKeys(text)).toEqual([]));

  it('is not held up by a file full of headers', () => {
    expect(findKeys('-----BEGIN PRIVATE KEY-----\n'.repeat(20_000))).toEqual([]);
    expect(findKeys(`${'-----BEGIN PRIVATE KEY-----\n'}${'A'.repeat(2_000_000)}`)).toEqual([]);
  });

  it.skipIf(!findTool('ssh-keygen'))('reads OpenSSH keys of every type', () => {
    for (const type of ['rsa', 'ecdsa', 'ed25519'])
      for (const passphrase of ['', 'open sesame'])
        inFolder((folder) => {
          execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'made', '-f', join(folder, 'key')]);
          const keys = findKeys(readFileSync(join(folder, 'key'), 'utf8'));
          expect(keys).toMatchObject([{ title: 'OpenSSH private key', confidence: passphrase ? 'low' : 'high' }]);
        });
  });

  it.skipIf(!findTool('gpg'))(
    'reads OpenPGP keys, guarded and not',
    () => {
      for (const passphrase of ['', 'open sesame'])
        inFolder((folder) => {
          const gpg = (...args: string[]): string =>
            execFileSync(
              'gpg',
              [
                '--homedir',
                folder,
                '--batch',
                '--quiet',
                '--pinentry-mode',
                'loopback',
                '--passphrase',
                passphrase,
                ...args,
              ],
              {
                encoding: 'utf8',
                stdio: ['ignore', 'pipe', 'ignore'],
              },
            );
          gpg('--quick-generate-key', 'Made <made@shop.net>', 'ed25519', 'sign', 'never');
          const keys = findKeys(gpg('--armor', '--export-secret-keys'));
          expect(keys).toMatchObject([{ title: 'PGP private key', confidence: passphrase ? 'low' : 'high' }]);
          execFileSync('gpgconf', ['--homedir', folder, '--kill', 'all']);
        });
    },
    60_000,
  );
});

describe('keystores', () => {
  it.skipIf(!findTool('openssl'))('tells a PKCS #12 key store from a trust store', () => {
    inFolder((folder) => {
      const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
      openssl(
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        'k.pem',
        '-out',
        'c.pem',
        '-subj',
        '/CN=made',
      );
      openssl('pkcs12', '-export', '-inkey', 'k.pem', '-in', 'c.pem', '-out', 'keys.p12', '-passout', 'pass:x');
      openssl('pkcs12', '-export', '-nokeys', '-in', 'c.pem', '-out', 'trust.p12', '-passout', 'pass:x');
      expect(keystoreSecret(readFileSync(join(folder, 'keys.p12')))).toMatchObject([
        { kind: 'private-key', confidence: 'medium' },
      ]);
      expect(keystoreSecret(readFileSync(join(folder, 'trust.p12')))).toEqual([]);
    });
  });

  it.skipIf(!findTool('keytool'))(
    'tells a Java key store from a trust store, and tries the usual passwords',
    () => {
      inFolder((folder) => {
        const keytool = (...args: string[]) => execFileSync('keytool', args, { cwd: folder, stdio: 'pipe' });
        for (const [name, pass] of [
          ['usual', 'changeit'],
          ['own', 'Kq83-shop-pass'],
        ] as const) {
          keytool(
            '-genkeypair',
            '-alias',
            'a',
            '-keyalg',
            'EC',
            '-dname',
            'CN=made',
            '-keystore',
            `${name}.jks`,
            '-storetype',
            'JKS',
            '-storepass',
            pass,
            '-keypass',
            pass,
          );
        }
        keytool('-exportcert', '-alias', 'a', '-file', 'c.der', '-keystore', 'usual.jks', '-storepass', 'changeit');
        keytool(
          '-importcert',
          '-noprompt',
          '-alias',
          'c',
          '-file',
          'c.der',
          '-keystore',
          'trust.jks',
          '-storetype',
          'JKS',
          '-storepass',
          'changeit',
        );
        const read = (name: string) => keystoreSecret(readFileSync(join(folder, name)));
        expect(read('usual.jks')).toMatchObject([{ confidence: 'high', note: 'opens with a default password' }]);
        expect(read('own.jks')).toMatchObject([{ confidence: 'medium', note: 'guarded by a password' }]);
        expect(read('trust.jks')).toEqual([]);
      });
    },
    60_000,
  );

  it('takes damaged stores for none', () => {
    const store = Buffer.alloc(64);
    store.writeUInt32BE(0xfeedfeed, 0);
    store.writeUInt32BE(2, 4);
    store.writeUInt32BE(0xffffffff, 8);
    store.fill(0xff, 12);
    for (let length = 0; length <= 64; length++) expect(keystoreSecret(store.subarray(0, length))).toEqual([]);
  });
});
