/**
 * Examples as data: `ghp_{alnum:36}` stands for fresh random text of that shape, so that nothing in this
 * repository looks like a live credential. `~~` joins what must not stand together in the file.
 */
import { createHash } from 'node:crypto';
import { base62Crc } from '../checksum.ts';

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const digits = '0123456789';
const sets: Record<string, string> = {
  alnum: digits + upper + lower,
  lower: digits + lower,
  upper: digits + upper,
  alpha: upper + lower,
  letters: lower,
  caps: upper,
  digit: digits,
  hex: '0123456789abcdef',
  HEX: '0123456789ABCDEF',
  b32: 'abcdefghijklmnopqrstuvwxyz234567',
  B32: `${upper}234567`,
  b64: `${upper + lower + digits}+/`,
  url: `${upper + lower + digits}-_`,
  bech: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L',
};

/** A source of random numbers in [0, 1) that a text decides. */
export function seeded(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE();
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Fills in `{set:count}` and `{set:min-max}` (sets above, or `[abc]` itself), `{uuid}`, `{crc:PREFIX}` (30 characters and
 * their checksum, as GitHub and npm tokens end), `{jwt:JSON}` and `{b64text:…}` (base64 of the filled text).
 * @throws Error for a set that is not known.
 */
export function fill(template: string, random: () => number): string {
  const joined = template.replaceAll('~~', '');
  let text = '';
  for (let at = 0; at < joined.length; ) {
    const end = joined[at] === '{' ? closing(joined, at) : -1;
    const made = end < 0 ? undefined : make(joined.slice(at + 1, end), random);
    if (made === undefined) text += joined[at++];
    else {
      text += made;
      at = end + 1;
    }
  }
  return text;
}

function make(what: string, random: () => number): string | undefined {
  if (what === 'uuid') {
    const hex = draw(sets['hex']!, 30, random);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
  }
  if (what === 'crc') {
    const body = draw(sets['alnum']!, 30, random);
    return body + base62Crc(body);
  }
  if (what.startsWith('jwt:')) return jwt(what.slice(4), random);
  if (what.startsWith('b64text:')) return Buffer.from(fill(what.slice(8), random)).toString('base64');
  const parts = /^(?:([A-Za-z0-9]+)|\[([^\]]+)\]):(\d+)(?:-(\d+))?$/.exec(what);
  if (!parts) return undefined;
  const set = parts[2] ?? sets[parts[1]!];
  if (set === undefined) throw new Error(`there is no set ${parts[1]}; there are ${Object.keys(sets).join(', ')}`);
  const least = Number(parts[3]);
  const most = Number(parts[4] ?? parts[3]);
  return draw(set, least + Math.floor(random() * (most - least + 1)), random);
}

/** Never the same character twice in a row: a fresh value should not look like a placeholder by chance. */
function draw(set: string, count: number, random: () => number): string {
  let text = '';
  while (text.length < count) {
    const char = set[Math.floor(random() * set.length)]!;
    if (char !== text.at(-1) || set.length === 1) text += char;
  }
  return text;
}

function jwt(payload: string, random: () => number): string {
  const encode = (value: string) => Buffer.from(value).toString('base64url');
  const header = payload.startsWith('HS') ? payload.slice(0, 5) : 'RS256';
  const body = payload.startsWith('HS') ? payload.slice(6) : payload;
  const signature = draw(sets['url']!, header === 'HS256' ? 43 : 86, random);
  return `${encode(`{"alg":"${header}","typ":"JWT"}`)}.${encode(fill(body, random))}.${signature}`;
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}
