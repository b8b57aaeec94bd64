/** Private keys in text: found by their armour, decoded, and judged by what is inside. */
import { createHash } from 'node:crypto';
import type { Confidence } from '../../types.ts';
import { derKey } from './der.ts';
import { openSshKey } from './openssh.ts';
import { pgpKeyIsEncrypted } from './pgp.ts';
import type { RawSecret } from './raw.ts';
import { placer } from './settings.ts';

/** What a block is. `confidence` is absent where it is no key that anyone could use. */
export interface JudgedKey {
  title: string;
  confidence?: Confidence;
  encrypted: boolean;
  /** Names the key whatever format it is in; compared with rulesets/data/known-public-keys.yaml. */
  identity?: string;
  /** Body alone, so that the same key in another wrapping has the same fingerprint. */
  body: string;
}

/** A secret that is a key, and the name of that key. */
export type KeySecret = RawSecret & { identity?: string };

const armour = /-----BEGIN (?:([A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?)-----/g;
const keysPerFile = 100;
const longestBlock = 32_768;

/** Every private key in a text that decodes to one, with its place. */
export function findKeys(text: string): KeySecret[] {
  const found: KeySecret[] = [];
  if (!text.includes('PRIVATE KEY')) return text.startsWith('PuTTY-User-Key-File-') ? puttyKey(text) : found;
  const at = placer(text);
  const certificate = text.includes('-----BEGIN CERTIFICATE-----');
  armour.lastIndex = 0;
  for (let match = armour.exec(text); match && found.length < keysPerFile; match = armour.exec(text)) {
    const end = text.indexOf('-----END ', armour.lastIndex);
    const next = text.indexOf('-----BEGIN ', armour.lastIndex);
    // A block never closed must not swallow its neighbour.
    const stop =
      end < 0 || (next >= 0 && next < end) ? Math.min(next < 0 ? text.length : next, match.index + longestBlock) : end;
    if (stop - match.index > longestBlock) continue;
    const judged = judgeKey(text.slice(match.index, stop));
    if (!judged?.confidence) continue;
    const note = [judged.encrypted ? 'encrypted' : '', certificate ? 'its certificate is in the same file' : '']
      .filter(Boolean)
      .join(', ');
    found.push({
      detector: 'private-key',
      title: judged.title,
      kind: 'private-key',
      severity: 'critical',
      confidence: judged.confidence,
      value: judged.body,
      ...at(match.index),
      ...(judged.identity !== undefined && { identity: judged.identity }),
      ...(note && { note }),
    });
  }
  return found;
}

/** Judges one armoured block (escaped line breaks and all). Undefined where the text holds no armour. */
export function judgeKey(text: string): JudgedKey | undefined {
  const head = /-----BEGIN ((?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?)-----/.exec(text.slice(0, 4096));
  if (!head) return undefined;
  const end = text.indexOf('-----END ', head.index + head[0].length);
  const inner = text
    .slice(head.index + head[0].length, end < 0 ? Math.min(text.length, head.index + longestBlock) : end)
    .replaceAll('\\r', '')
    .replaceAll('\\n', '\n');
  const label = head[1]!;
  const legacy = /Proc-Type:\s{0,4}4,ENCRYPTED/.test(inner.slice(0, 400));
  const body = base64Body(inner, label.startsWith('PGP'));
  const title = `${label.startsWith('PGP') ? 'PGP ' : label.startsWith('OPENSSH') ? 'OpenSSH ' : (/^(RSA|EC|DSA) /.exec(label)?.[0] ?? '')}private key`;
  if (body === undefined || body.length < 40) return { title, encrypted: false, body: '' };
  const bytes = Buffer.from(body, 'base64');
  if (legacy) return { title, encrypted: true, confidence: 'low', body };
  if (label.startsWith('PGP')) {
    const encrypted = pgpKeyIsEncrypted(bytes);
    if (encrypted === undefined) return { title, encrypted: false, body };
    return { title, encrypted, confidence: encrypted ? 'low' : 'high', body, identity: identityOf(bytes) };
  }
  const key =
    label.startsWith('OPENSSH') || bytes.subarray(0, 14).toString('latin1') === 'openssh-key-v1'
      ? openSshKey(bytes)
      : derKey(bytes);
  if (!key) return { title, encrypted: false, body };
  return {
    title,
    encrypted: key.encrypted,
    confidence: key.encrypted ? 'low' : 'high',
    body,
    identity: identityOf(key.identity),
  };
}

/** First 24 hex digits of a sha256 over the number that makes the key. */
export function identityOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 24);
}

/** The base64 between the lines; quotes, commas, plus signs and comment marks of a source around it are let be. Undefined where it is no base64. */
function base64Body(text: string, pgp: boolean): string | undefined {
  let body = '';
  for (const line of text.split(/[\r\n]+/)) {
    // Marks of a source around it go; `+` and `/` without a quote or blank beside them are base64.
    let part = line
      .trim()
      .replace(/^[#*/;>]{1,3}\s{1,4}/, '')
      .replace(/^(?:\+\s{0,4})?["'`]/, '')
      .replace(/["'`]\s{0,4}[+,;.\\]{0,2}$|\\{1,2}$/, '')
      .trim();
    if (/^[^A-Za-z0-9=]{0,3}$/.test(part) || /^[A-Za-z][A-Za-z0-9-]{1,30}: /.test(part)) continue;
    if (pgp && /^=[A-Za-z0-9+/]{4}$/.test(part)) break;
    if (part.includes(' ')) part = part.replace(/ /g, '');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(part)) return undefined;
    body += part;
  }
  return body;
}

function puttyKey(text: string): KeySecret[] {
  const match = /^PuTTY-User-Key-File-[123]: (\S{1,40})\r?\nEncryption: (\S{1,40})/.exec(text);
  const lines = /\nPrivate-Lines: \d{1,3}\r?\n((?:[A-Za-z0-9+/=]{1,80}\r?\n){1,100})/.exec(text);
  if (!match || !lines) return [];
  const encrypted = match[2] !== 'none';
  const body = lines[1]!.replace(/\s+/g, '');
  const place = { line: 1, column: 1 };
  return [
    {
      detector: 'private-key',
      title: 'PuTTY private key',
      kind: 'private-key',
      severity: 'critical',
      confidence: encrypted ? 'low' : 'high',
      value: body,
      ...place,
      ...(encrypted && { note: 'encrypted' }),
    },
  ];
}
