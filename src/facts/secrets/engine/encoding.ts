/** What kind of bytes a file has, told by its beginning. */

export type Encoding = 'text' | 'utf-16le' | 'utf-16be' | 'binary';

const looked = 4096;

/** UTF-16 by its mark, or by the zeros of ASCII letters; binary where a NUL is among the first bytes otherwise. */
export function sniff(head: Uint8Array): { encoding: Encoding; skip: number } {
  if (head[0] === 0xff && head[1] === 0xfe && !(head[2] === 0 && head[3] === 0))
    return { encoding: 'utf-16le', skip: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', skip: 2 };
  const bytes = head.subarray(0, looked);
  if (!bytes.includes(0)) return { encoding: 'text', skip: 0 };
  const pairs = bytes.length >> 1;
  let low = 0;
  let high = 0;
  for (let i = 0; i < pairs; i++) {
    if (bytes[2 * i + 1] === 0 && isText(bytes[2 * i]!)) low++;
    if (bytes[2 * i] === 0 && isText(bytes[2 * i + 1]!)) high++;
  }
  if (pairs >= 4 && low > pairs * 0.9) return { encoding: 'utf-16le', skip: 0 };
  if (pairs >= 4 && high > pairs * 0.9) return { encoding: 'utf-16be', skip: 0 };
  return { encoding: 'binary', skip: 0 };
}

/** One byte for each UTF-16 unit: those over 0xff become one that no pattern matches. An odd byte at the end is left. */
export function narrow(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): Buffer {
  const count = bytes.length >> 1;
  const out = Buffer.allocUnsafe(count);
  const [value, over] = encoding === 'utf-16le' ? [0, 1] : [1, 0];
  for (let i = 0; i < count; i++) out[i] = bytes[2 * i + over] === 0 ? bytes[2 * i + value]! : 0xff;
  return out;
}

function isText(code: number): boolean {
  return (code >= 0x20 && code < 0x7f) || code === 9 || code === 10 || code === 13;
}
