/**
 * Synthetic secrets, made when a test runs: none stands in the repository, so that nobody's push protection has reason to
 * stop a push. In a text `<<name>>` stands for one; the same name is the same secret throughout a run.
 */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

const made = new Map<string, string>();

/** Puts secrets in place of their names. Names with an unknown kind are left as they are. */
export function expandSecrets(text: string): string {
  return text.replace(
    /<<([a-z0-9-]+)(?::([^<>]*))?>>/g,
    (whole, name: string, argument?: string) => secret(name, argument) ?? whole,
  );
}

/** One secret by name; `argument` is text for those that wrap some. */
export function secret(name: string, argument = ''): string | undefined {
  const key = `${name}:${argument}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const value = makers[name.replace(/-\d+$/, '')]?.(name, argument);
  if (value !== undefined) made.set(key, value);
  return value;
}

/** Letters and digits that follow from a seed: at least one of each kind. */
export function letters(seed: string, length: number): string {
  const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
  let out = '';
  for (let round = 0; out.length < length; round++)
    for (const byte of createHash('sha256').update(`${seed} ${round}`).digest())
      out += alphabet[byte % alphabet.length];
  return out.slice(0, length);
}

/** A ZIP archive. */
export function zip(files: Record<string, string | Uint8Array>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const plain = Buffer.from(content as string);
    const packed = deflateRawSync(plain);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, Buffer.from(name)]));
    parts.push(local);
    at += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, index, end]);
}

function pem(encrypted: boolean): string {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: {
      type: 'pkcs8',
      format: 'pem',
      ...(encrypted && { cipher: 'aes-256-cbc', passphrase: 'open' }),
    },
  });
  return privateKey;
}

/** As it stands in a double-quoted YAML or JSON string. */
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

const makers: Record<string, (name: string, argument: string) => string> = {
  password: (name) => `${letters(name, 14)}9`,
  token: (name) => letters(name, 40),
  hex: (name) => createHash('sha256').update(name).digest('hex').slice(0, 32),
  github: (name) => {
    const body = letters(name, 30);
    return `ghp${'_'}${body}${base62(crc32(body))}`;
  },
  'aws-id': (name) =>
    `AKI${'A'}${letters(name, 16)
      .toUpperCase()
      .replace(/[01890]/g, '7')}`,
  'aws-secret': (name) => letters(name, 40),
  pem: () => escaped(pem(false)),
  'pem-encrypted': () => escaped(pem(true)),
  base64: (_, argument) =>
    Buffer.from(expandSecrets(argument.replaceAll('[[', '<<').replaceAll(']]', '>>'))).toString('base64'),
  /** An archive of one file, base64: `<<jar:path=content with [[names]]>>`. */
  jar: (_, argument) => {
    const cut = argument.indexOf('=');
    const content = expandSecrets(
      argument
        .slice(cut + 1)
        .replaceAll('[[', '<<')
        .replaceAll(']]', '>>'),
    );
    return zip({ 'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n', [argument.slice(0, cut)]: content }).toString(
      'base64',
    );
  },
  sqlite: () => {
    const page = Buffer.alloc(4096);
    page.write('SQLite format 3\0', 'latin1');
    page[100] = 13;
    page.writeUInt16BE(1, 103);
    return page.toString('base64');
  },
  'sqlite-empty': () => {
    const page = Buffer.alloc(4096);
    page.write('SQLite format 3\0', 'latin1');
    page[100] = 13;
    return page.toString('base64');
  },
};

function base62(value: number): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let out = '';
  for (let rest = value, i = 0; i < 6; i++, rest = Math.floor(rest / 62)) out = alphabet[rest % 62] + out;
  return out;
}
