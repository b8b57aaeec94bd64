/** Just enough of DER (X.690) to tell a private key from something else. Every read is within bounds. */

export interface DerItem {
  tag: number;
  start: number;
  end: number;
}

/** The item at an offset; undefined where it does not fit into the bytes. */
export function derItem(bytes: Uint8Array, at: number, limit = bytes.length): DerItem | undefined {
  if (at + 2 > limit) return undefined;
  const tag = bytes[at]!;
  let length = bytes[at + 1]!;
  let start = at + 2;
  if (length >= 0x80) {
    const octets = length & 0x7f;
    if (octets === 0 || octets > 4 || start + octets > limit) return undefined;
    length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + bytes[start + i]!;
    start += octets;
  }
  return start + length <= limit ? { tag, start, end: start + length } : undefined;
}

/** The items of a constructed one, at most `most`; undefined where one of them does not fit. */
export function derItems(bytes: Uint8Array, inside: DerItem, most = 32): DerItem[] | undefined {
  const items: DerItem[] = [];
  for (let at = inside.start; at < inside.end && items.length < most; ) {
    const item = derItem(bytes, at, inside.end);
    if (!item) return undefined;
    items.push(item);
    at = item.end;
  }
  return items;
}

/** What a private key's structure is, and the number that tells it from every other key. */
export interface DerKey {
  type: 'RSA' | 'DSA' | 'EC' | 'Ed25519' | 'PKCS #8';
  encrypted: boolean;
  identity: Uint8Array;
}

const sequence = 0x30;
const integer = 0x02;
const octets = 0x04;
const oid = 0x06;

/** PKCS #1 (RFC 8017, A.1.2), SEC 1 (RFC 5915), DSA as OpenSSL writes it, PKCS #8 plain and encrypted (RFC 5958). */
export function derKey(bytes: Uint8Array): DerKey | undefined {
  const outer = derItem(bytes, 0);
  if (outer?.tag !== sequence) return undefined;
  const items = derItems(bytes, outer);
  if (!items || items.length < 2) return undefined;
  const tags = items.map((item) => item.tag);
  const of = (item: DerItem): Uint8Array => withoutZeros(bytes.subarray(item.start, item.end));
  if (tags.every((tag) => tag === integer)) {
    if (items.length === 9 && of(items[1]!).length >= 60)
      return { type: 'RSA', encrypted: false, identity: of(items[1]!) };
    return items.length === 6 && of(items[1]!).length >= 60
      ? { type: 'DSA', encrypted: false, identity: of(items[4]!) }
      : undefined;
  }
  if (tags[0] === integer && tags[1] === octets) {
    const scalar = of(items[1]!);
    return scalar.length >= 14 && scalar.length <= 80 ? { type: 'EC', encrypted: false, identity: scalar } : undefined;
  }
  if (tags[0] === integer && tags[1] === sequence && tags[2] === octets) {
    const inner = bytes.subarray(items[2]!.start, items[2]!.end);
    const key = derKey(inner);
    if (key) return key;
    const wrapped = derItem(inner, 0);
    if (wrapped?.tag === octets && wrapped.end - wrapped.start >= 28)
      return { type: 'Ed25519', encrypted: false, identity: inner.subarray(wrapped.start, wrapped.end) };
    return wrapped?.tag === integer && wrapped.end - wrapped.start >= 16
      ? { type: 'DSA', encrypted: false, identity: withoutZeros(inner.subarray(wrapped.start, wrapped.end)) }
      : undefined;
  }
  if (tags[0] === sequence && tags[1] === octets && items.length === 2) {
    const algorithm = derItem(bytes, items[0]!.start, items[0]!.end);
    const body = bytes.subarray(items[1]!.start, items[1]!.end);
    if (algorithm?.tag === oid && body.length >= 32) return { type: 'PKCS #8', encrypted: true, identity: body };
  }
  return undefined;
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
  let at = 0;
  while (at < bytes.length - 1 && bytes[at] === 0) at++;
  return bytes.subarray(at);
}
