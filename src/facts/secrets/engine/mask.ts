/** What of a secret may leave the collector: a few characters of a long token, and a salted hash. */
import { createHash, createHmac, scryptSync } from 'node:crypto';
import type { RawMatch, SecretHit } from './format.ts';

/** The salt of a report that names none: equal values have equal fingerprints across reports. */
export const defaultSalt = 'tare/secrets/1';

const hidden = '****';
/** Below this many characters a value could have been made up by a person, and guessed from a hash. */
const guessable = 20;
const remembered = 4096;
const slow = new Map<string, string>();

/**
 * First four and last two characters of a value of at least 32, first four of one of at least 20, none of a shorter one.
 * Its length is not told. Of a PEM block the header is told, which says what kind of key it is.
 */
export function mask(value: string): string {
  const header = /^-----BEGIN [A-Z0-9 ]{3,40}-----/.exec(value)?.[0];
  if (header) return `${header}${hidden}`;
  if (value.length < guessable) return hidden;
  const first = value.slice(0, 4);
  const last = value.length < 32 ? '' : value.slice(-2);
  return printable(`${first}${hidden}${last}`);
}

/**
 * 16 hex digits of an HMAC-SHA-256; of a value that could be guessed, of its scrypt hash, so that a report does not let
 * anybody try a dictionary at full speed. Whoever publishes reports sets a salt of their own.
 */
export function fingerprint(value: string, salt: string = defaultSalt): string {
  if (value.length >= guessable) return keyed(value, salt);
  // The values themselves are not kept.
  const key = createHash('sha256').update(`${salt}\0${value}`).digest('base64');
  let made = slow.get(key);
  if (made === undefined) {
    made = keyed(scryptSync(value, salt, 32, { N: 4096, r: 8, p: 1 }).toString('latin1'), salt);
    if (slow.size >= remembered) slow.clear();
    slow.set(key, made);
  }
  return made;
}

/** The match without its value: plain data that may be cached, sent and printed. */
export function toFinding(match: RawMatch, salt: string = defaultSalt): SecretHit {
  const { value, field, checked, via, ...rest } = match;
  // Of what a person may have thought up nothing is shown: four characters of it help to guess the rest.
  const chosen = match.rule === 'password-in-file';
  const safeField = field !== undefined && !field.includes(value) ? field : undefined;
  return {
    ...rest,
    masked: chosen ? hidden : mask(value),
    fingerprint: fingerprint(value, salt),
    ...(safeField === undefined ? {} : { field: safeField }),
    ...(checked === undefined ? {} : { checked }),
    ...(via === undefined ? {} : { via }),
  };
}

function keyed(value: string, salt: string): string {
  return createHmac('sha256', salt).update(value, 'latin1').digest('hex').slice(0, 16);
}

function printable(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?');
}
