/**
 * Fields of a tar header block (POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").
 * Where readers differ, what is read here is what Go's archive/tar reads: it unpacks images for every common runtime,
 * and an archive that says one thing to a scanner and another to the runtime is an attack.
 */

/**
 * Text up to NUL. Bytes that are not UTF-8 become `\xNN`, and a name that spells such an escape itself has its
 * backslash escaped, so that two names never fall together.
 */
export function text(block: Buffer, from: number, length: number): string {
  let end = from;
  const limit = Math.min(from + length, block.length);
  let ascii = true;
  while (end < limit && block[end] !== 0) {
    if (block[end]! >= 0x80) ascii = false;
    end++;
  }
  const plain = ascii ? block.toString('latin1', from, end) : block.toString('utf8', from, end);
  if (ascii || !plain.includes('\ufffd')) return plain.includes('\\x') ? plain.replace(escapeLike, '\\x5c') : plain;
  const escaped = block.toString('latin1', from, end).replace(escapeLike, '\\x5c');
  return escaped.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}

const escapeLike = /\\(?=x(?:[89a-f][0-9a-f]|5c))/g;

/**
 * Octal digits between blanks and NULs, or two's complement (GNU "base-256") when the first bit is set.
 * Junk reads as 0; what no double can hold comes out unsafe, for the caller to refuse.
 */
export function number(block: Buffer, from: number, length: number): number {
  if (block[from]! & 0x80) return Number(binary(block, from, length));
  let value = 0;
  let i = from;
  const end = from + length;
  while (i < end && (block[i] === 0x20 || block[i] === 0)) i++;
  for (; i < end; i++) {
    const digit = block[i]! - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  return value;
}

/** The permission bits of a mode, which may be written as any number. */
export function permissions(block: Buffer): number {
  if (block[100]! & 0x80) return Number(BigInt.asUintN(12, binary(block, 100, 8)));
  return number(block, 100, 8) & 0o7777;
}

/** A user or group id as it arrives at chown(2): 32 bits, of which all ones change nothing and leave the file to root. */
export function owner(value: bigint): number {
  const id = Number(BigInt.asUintN(32, value));
  return id === 0xffffffff ? 0 : id;
}

/** The id in a header's field. */
export function ownerField(block: Buffer, from: number): number {
  return block[from]! & 0x80 ? owner(binary(block, from, 8)) : number(block, from, 8);
}

/** The name with the prefix that each dialect keeps elsewhere: ustar, star, and what Go once wrote into GNU headers. */
export function headerName(block: Buffer): string {
  const name = text(block, 0, 100);
  const magic = block.toString('latin1', 257, 265);
  let prefix = '';
  if (magic.startsWith('ustar\0')) {
    prefix = text(block, 345, block.toString('latin1', 508, 512) === 'tar\0' ? 131 : 155);
  } else if (isGnu(block) && [345, 357].some((at) => block[at] !== 0 && !isNumeric(block, at, 12))) {
    // Times that are none: Go up to 1.7 wrote a prefix there, and later ones still read it.
    const old = text(block, 345, 155);
    if (/^[\x00-\x7f]*$/.test(old)) prefix = old;
  }
  return prefix ? `${prefix}/${name}` : name;
}

/** GNU's magic and version. */
export function isGnu(block: Buffer): boolean {
  return block.toString('latin1', 257, 265) === 'ustar  \0';
}

/** The header's sum of bytes, its own field counted as blanks; old archives summed signed bytes. */
export function validChecksum(block: Buffer): boolean {
  const expected = number(block, 148, 8);
  let unsigned = 0;
  let high = 0;
  for (let i = 0; i < 512; i++) {
    const byte = block[i]!;
    unsigned += byte;
    high += byte >> 7;
  }
  for (let i = 148; i < 156; i++) {
    unsigned -= block[i]!;
    high -= block[i]! >> 7;
  }
  unsigned += 8 * 0x20;
  return expected === unsigned || expected === unsigned - 256 * high;
}

/** Two of them end an archive. */
export function isZeroBlock(block: Buffer): boolean {
  if (block[0] !== 0) return false;
  for (let i = 1; i < 512; i++) if (block[i] !== 0) return false;
  return true;
}

function binary(block: Buffer, from: number, length: number): bigint {
  let value = 0n;
  for (let i = from; i < from + length; i++) value = (value << 8n) | BigInt(block[i]!);
  return BigInt.asIntN(length * 8 - 1, value);
}

function isNumeric(block: Buffer, from: number, length: number): boolean {
  if (block[from]! & 0x80) return true;
  return /^[0-7]*(?:\0.*)?$/s.test(block.toString('latin1', from, from + length).replace(/^[ \0]+|[ \0]+$/g, ''));
}
