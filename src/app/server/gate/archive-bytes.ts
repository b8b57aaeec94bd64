/** How many of a blob's first bytes say whether it is an archive. */
export const headBytes = 512;

const starts: readonly (readonly number[])[] = [
  [0x1f, 0x8b],
  [0x42, 0x5a, 0x68],
  [0xfd, 0x37, 0x7a, 0x58, 0x5a],
  [0x28, 0xb5, 0x2f, 0xfd],
  [0x04, 0x22, 0x4d, 0x18],
];

/**
 * Whether a runtime could unpack the blob as a layer, whatever it is called: gzip, bzip2, xz, zstd, lz4, or a tar by the sum
 * in its header (POSIX.1-2024, pax, "ustar Interchange Format").
 */
export function isArchiveHead(head: Uint8Array): boolean {
  if (starts.some((start) => start.every((byte, at) => head[at] === byte))) return true;
  // A frame of zstd that is skipped.
  if (head[0]! >> 4 === 5 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18) return true;
  if (head.length < headBytes) return false;
  return head[0] === 0 || hasTarSum(head);
}

function hasTarSum(head: Uint8Array): boolean {
  const written = Buffer.from(head.buffer, head.byteOffset + 148, 8).toString('latin1');
  // Readers take what comes before the first space or NUL, and do not look at what is behind it.
  const octal = /^[ \0]*([0-7]{1,8})(?:[ \0]|$)/.exec(written)?.[1];
  if (octal === undefined) return false;
  let sum = 0;
  let signed = 0;
  for (let at = 0; at < headBytes; at++) {
    const byte = at >= 148 && at < 156 ? 0x20 : head[at]!;
    sum += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const expected = Number.parseInt(octal, 8);
  return expected === sum || expected === signed;
}
