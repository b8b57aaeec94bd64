/** OpenPGP secret keys (RFC 9580, 4.2 and 5.5.3). */

/** Whether a passphrase guards the first secret key of a packet stream; undefined where there is none. */
export function pgpKeyIsEncrypted(bytes: Uint8Array): boolean | undefined {
  const packet = firstPacket(bytes);
  if (!packet || (packet.tag !== 5 && packet.tag !== 7)) return undefined;
  const { body } = packet;
  const version = body[0];
  if (version !== 4 && version !== 6) return undefined;
  const length = ((body[6] ?? 0) << 24) | ((body[7] ?? 0) << 16) | ((body[8] ?? 0) << 8) | (body[9] ?? 0);
  const at = version === 6 ? (length >= 0 ? 10 + length : undefined) : afterPublicKey(body, 6, body[5] ?? 0);
  if (at === undefined || at >= body.length) return undefined;
  return body[at] !== 0;
}

function firstPacket(bytes: Uint8Array): { tag: number; body: Uint8Array } | undefined {
  const head = bytes[0] ?? 0;
  if ((head & 0x80) === 0) return undefined;
  if ((head & 0x40) === 0) {
    const octets = [1, 2, 4][head & 3];
    if (octets === undefined) return { tag: (head >> 2) & 15, body: bytes.subarray(1) };
    let length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + (bytes[1 + i] ?? 0);
    return { tag: (head >> 2) & 15, body: bytes.subarray(1 + octets, 1 + octets + length) };
  }
  const first = bytes[1] ?? 0;
  if (first < 192) return { tag: head & 63, body: bytes.subarray(2, 2 + first) };
  if (first < 224) return { tag: head & 63, body: bytes.subarray(3, 3 + ((first - 192) << 8) + (bytes[2] ?? 0) + 192) };
  return { tag: head & 63, body: bytes.subarray(6) };
}

function afterPublicKey(body: Uint8Array, start: number, algorithm: number): number | undefined {
  const integers: Record<number, number> = { 1: 2, 2: 2, 3: 2, 16: 3, 17: 4, 18: 1, 19: 1, 22: 1 };
  const fixed: Record<number, number> = { 25: 32, 26: 56, 27: 32, 28: 57 };
  if (fixed[algorithm] !== undefined) return start + fixed[algorithm];
  const count = integers[algorithm];
  if (count === undefined) return undefined;
  let at = start;
  if (algorithm === 18 || algorithm === 19 || algorithm === 22) at += 1 + (body[at] ?? 0);
  for (let i = 0; i < count; i++) {
    if (at + 2 > body.length) return undefined;
    at += 2 + ((((body[at] ?? 0) << 8) + (body[at + 1] ?? 0) + 7) >> 3);
  }
  if (algorithm === 18) at += 1 + (body[at] ?? 0);
  return at;
}
