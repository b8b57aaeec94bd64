/** Small readers over bytes, shared by what looks around a keyword. */

const nameTable = table(/[A-Za-z0-9_.-]/);
const alnumTable = table(/[A-Za-z0-9]/);
const base64Table = table(/[A-Za-z0-9+/]/);

/** Characters of a field's name. */
export const isName = (code: number | undefined): boolean => code !== undefined && nameTable[code] === 1;
export const isAlnum = (code: number | undefined): boolean => code !== undefined && alnumTable[code] === 1;
export const isBase64 = (code: number | undefined): boolean => code !== undefined && base64Table[code] === 1;
export const isBlank = (code: number | undefined): boolean => code === 0x20 || code === 0x09;
/** The end of the bytes counts as the end of a line. */
export const isLineEnd = (code: number | undefined): boolean => code === undefined || code === 0x0a || code === 0x0d;
export const isQuote = (code: number | undefined): boolean => code === 0x22 || code === 0x27 || code === 0x60;

/** A set of characters, given as a class of a pattern, as a table by code. */
export function table(set: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (code < 127 && set.test(String.fromCharCode(code)) ? 1 : 0));
}

/** One character per byte. */
export function slice(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('latin1', Math.max(0, from), Math.min(bytes.length, to));
}

/**
 * True where a value that begins at `at` is not the tail of something longer. A letter before it is allowed where it
 * ends an escape: `\n`, `%3D`, `\u003d`.
 */
export function beginsThere(bytes: Buffer, at: number): boolean {
  if (at === 0 || !isAlnum(bytes[at - 1])) return true;
  if (bytes[at - 2] === 0x5c && /[nrtfbv]/.test(String.fromCharCode(bytes[at - 1]!))) return true;
  const before = slice(bytes, at - 6, at);
  return /(?:%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2})$/.test(before);
}

/**
 * True where [start, end) is a piece of a long base64 text: such a text has every short token in it sooner or later.
 * Only `+` and `/` are looked at beside it, for letters and digits have been refused before.
 */
export function insideBlob(bytes: Buffer, start: number, end: number): boolean {
  let left = start;
  while (start - left < 200 && isBase64(bytes[left - 1])) left--;
  let right = end;
  while (right - end < 200 && isBase64(bytes[right])) right++;
  if (start - left + right - end < 40) return false;
  const around = slice(bytes, left, start) + slice(bytes, end, right);
  return /[a-z]/.test(around) && /[A-Z]/.test(around) && /[0-9]/.test(around) && !/[a-z]{9}/.test(around);
}
