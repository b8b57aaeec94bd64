/** Formats that a pattern does not read well: each has a function that looks at what stands around its keyword. */
import { readAssignment } from './assignment.ts';
import { isLineEnd, slice } from './bytes.ts';
import type { FileHint, RawMatch, SecretFormat } from './format.ts';
import { readGeneric } from './generic.ts';
import { readPem } from './pem.ts';
import { isExampleToken, isExampleWord, isIdentifier, isReference, isWeak } from './placeholder.ts';
import { readUrl } from './url.ts';

/** A value and its place, with what differs from the format. */
export interface Found
  extends Partial<Pick<RawMatch, 'id' | 'title' | 'rule' | 'severity' | 'confidence' | 'checked' | 'field'>> {
  value: string;
  start: number;
  end: number;
}

/** Where the keyword stands: [at, to) of `bytes`. */
export interface Place {
  bytes: Buffer;
  at: number;
  to: number;
  format: SecretFormat;
  hint: FileHint;
}

/** By the names that formats use. */
export const readers: Readonly<Record<string, (place: Place) => Found | undefined>> = {
  pem: readPrivateKey,
  putty: readPutty,
  jwk: readJwk,
  url: readUrl,
  generic: readGeneric,
  'docker-auth': readDockerAuth,
  'npmrc-basic': readNpmrc,
  'login-command': readLogin,
  authorization: readAuthorization,
  'curl-user': readCommandLine,
};

const longestKey = 12 * 1024;

function readPrivateKey({ bytes, at }: Place): Found | undefined {
  const text = slice(bytes, at, at + longestKey);
  const key = readPem(text, 0);
  if (!key) return undefined;
  const found = { value: text.slice(0, key.length), start: at, end: at + key.length, checked: 'passed' as const };
  const kind = { rsa: 'RSA', ec: 'EC', dsa: 'DSA', pkcs8: 'PKCS #8', openssh: 'OpenSSH', pgp: 'OpenPGP', ssh2: 'SSH2' }[
    key.kind
  ];
  if (!key.encrypted) return { ...found, title: `Private key (${kind})` };
  return { ...found, id: 'encrypted-private-key', severity: 'low', title: `Encrypted private key (${kind})` };
}

/** PuTTY's format 2 and 3 (PuTTY manual, appendix C). */
function readPutty({ bytes, at }: Place): Found | undefined {
  const text = slice(bytes, at, at + longestKey);
  const encryption = /\nEncryption: ([a-z0-9-]{1,20})\r?\n/.exec(text)?.[1];
  const body = /\nPrivate-Lines: \d{1,3}\r?\n((?:[A-Za-z0-9+/=]{1,80}\r?\n){1,100})/.exec(text);
  if (!encryption || !body) return undefined;
  const end = body.index + body[0].length;
  const found = { value: text.slice(0, end), start: at, end: at + end, checked: 'passed' as const };
  if (encryption === 'none') return found;
  return { ...found, id: 'encrypted-private-key', severity: 'low', title: 'Encrypted private key (PuTTY)' };
}

/** RFC 7517: the object around `kty` has a private part, `d`, or a shared key, `k`. */
function readJwk({ bytes, at }: Place): Found | undefined {
  const before = slice(bytes, at - 900, at);
  const open = before.lastIndexOf('{');
  if (open < 0) return undefined;
  const start = at - before.length + open;
  const text = slice(bytes, start, at + 4000);
  const object = text.slice(0, text.indexOf('}', at - start) + 1);
  const part = /"[dk]"\s{0,4}:\s{0,4}"([A-Za-z0-9_-]{22,1400})"/.exec(object);
  if (!part || isExampleToken(part[1]!)) return undefined;
  const from = start + part.index + part[0].length - 1 - part[1]!.length;
  return { value: part[1]!, start: from, end: from + part[1]!.length };
}

/** docker config.json, `auths.<registry>.auth`: base64 of `user:password`. */
function readDockerAuth({ bytes, at, to }: Place): Found | undefined {
  const field = readAssignment(bytes, at + 1, to - 1);
  if (!field?.quoted || field.sign !== 'colon') return undefined;
  const login = userAndPassword(field.value);
  if (!login) return undefined;
  return { value: login.password, start: field.valueStart, end: field.valueEnd, field: 'auth', checked: 'passed' };
}

/** npmrc: `_auth` is base64 of `user:password`, `_password` that of the password. */
function readNpmrc({ bytes, at, to }: Place): Found | undefined {
  const field = readAssignment(bytes, at + 1, to);
  if (!field || !/^_(?:password|auth)$/.test(field.name) || isReference(field.value)) return undefined;
  const decoded = decode(field.value);
  const password = field.name === '_auth' ? userAndPassword(field.value)?.password : decoded;
  if (password === undefined || password.length < 4 || isExampleWord(password) || /\s/.test(password)) {
    return undefined;
  }
  return { value: password, start: field.valueStart, end: field.valueEnd, field: field.name, checked: 'passed' };
}

/** `docker login -p …` and its kin, in scripts and in an image's history. */
function readLogin({ bytes, to }: Place): Found | undefined {
  const line = command(bytes, to);
  const option = /(?:^|\s)(?:-p[ =]?|--password[= ])(["']?)([^\s"'\\;&|]{4,400})/.exec(line);
  if (!option || !live(option[2]!)) return undefined;
  const start = to + option.index + option[0].length - option[2]!.length;
  return { value: option[2]!, start, end: start + option[2]!.length, field: 'password' };
}

function readAuthorization({ bytes, at, to }: Place): Found | undefined {
  const text = slice(bytes, to, to + 460);
  const head =
    /^["'\]\\]{0,3}\s{0,3}(?:[:=,]|=>)\s{0,3}\\{0,2}["'`]?\s?(Basic|basic|Bearer|bearer|Token|token) {1,2}([A-Za-z0-9+/=._~-]{8,400})/.exec(
      text,
    );
  if (!head) return undefined;
  const value = head[2]!;
  const start = to + head[0].length - value.length;
  const place = { start, end: start + value.length, field: slice(bytes, at, to) };
  if (head[1]!.toLowerCase() === 'basic') {
    const login = userAndPassword(value);
    const weak = login && (isWeak(login.password) || login.password.length < 8);
    return login && { ...place, value: login.password, checked: 'passed', ...(weak ? { confidence: 'low' } : {}) };
  }
  if (value.length < 20 || !live(value) || isExampleToken(value) || !/\d/.test(value) || isIdentifier(value))
    return undefined;
  return {
    ...place,
    value,
    id: 'bearer-authorization',
    title: 'Bearer token in an Authorization header',
    rule: 'api-token',
    confidence: 'medium',
  };
}

/** Passwords given to commands as arguments. */
function readCommandLine({ bytes, at, to }: Place): Found | undefined {
  const line = command(bytes, to);
  const name = slice(bytes, at, to).trim().toLowerCase();
  const option = options[name]?.exec(line);
  if (!option) return undefined;
  const value = option[1]!;
  if (!live(value) || value.length < 6) return undefined;
  const start = to + option.index + option[0].length - value.length;
  const sure = /\d/.test(value) && value.length >= 8 && !isIdentifier(value);
  return { value, start, end: start + value.length, confidence: sure ? 'medium' : 'low' };
}

const mysql = /(?:^|\s)(?:-p|--password=)["']?([^\s"'\\;&|$<(-][^\s"'\\;&|]{5,100})/;
const options: Readonly<Record<string, RegExp>> = {
  curl: /(?:^|\s)(?:-u ?|--user[ =]|-U ?|--proxy-user[ =])["']?[^\s"':$]{1,80}:([^\s"'\\;&|]{4,200})/,
  wget: /(?:^|\s)--(?:http-|ftp-|proxy-)?password[ =]["']?([^\s"'\\;&|]{4,200})/,
  sshpass: /^\s{0,3}-p ?["']?([^\s"'\\;&|]{4,200})/,
  mysql,
  mysqldump: mysql,
};

/** The rest of a command: this line, and those that `\` joins to it. */
function command(bytes: Buffer, from: number): string {
  let end = from;
  while (end < bytes.length && end - from < 600 && !(isLineEnd(bytes[end]) && bytes[end - 1] !== 0x5c)) end++;
  return slice(bytes, from, end);
}

function live(value: string): boolean {
  return !isReference(value) && !isExampleWord(value) && !value.startsWith('$') && !value.startsWith('-');
}

/** RFC 7617. */
function userAndPassword(value: string): { user: string; password: string } | undefined {
  const text = decode(value);
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 1) return undefined;
  const user = text.slice(0, colon);
  const password = text.slice(colon + 1);
  if (password.length < 3 || isReference(password) || (isExampleWord(password) && isExampleWord(user)))
    return undefined;
  return { user, password };
}

/** Base64 of printable text; undefined for anything else. */
function decode(value: string): string | undefined {
  if (!/^[A-Za-z0-9+/]{6,2000}={0,2}$/.test(value)) return undefined;
  const text = Buffer.from(value, 'base64').toString('latin1');
  return /^[\x20-\x7e]+\n?$/.test(text) ? text.trimEnd() : undefined;
}
