/** Reproducible randomness and the ways in which inputs are damaged. */

export interface Random {
  /** 0 ≤ n < limit. */
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
}

/** The same sequence for the same seed (mulberry32). */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (limit: number) => (limit <= 1 ? 0 : next() % limit);
  return { below, pick: (items) => items[below(items.length)] as (typeof items)[number] };
}

const numbers = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x2f, 0x2e, 0x37, 0x0a, 0x00];

/** One to eight damages: bits, bytes, runs removed, doubled, zeroed or moved, numbers made large, ends cut off. */
export function damage(bytes: Uint8Array, r: Random): Buffer {
  let out: Buffer = Buffer.from(bytes);
  // Half of all inputs keep their length, so that what comes behind the damage is still where it is looked for.
  const ways = r.below(2) ? inPlace : all;
  for (let i = 0, count = 1 + r.below(8); i < count && out.length > 0; i++) out = once(out, r, r.pick(ways));
  return out;
}

const inPlace = [0, 1, 1, 2, 7, 8];
const all = [0, 1, 2, 3, 4, 5, 6, 7, 8];

function once(bytes: Buffer, r: Random, way: number): Buffer {
  // Archives are blocks of 512: half of all damages go where the headers are.
  const at = r.below(2)
    ? r.below(bytes.length)
    : Math.min(bytes.length - 1, r.below(Math.ceil(bytes.length / 512)) * 512 + r.below(512));
  const length = Math.min(bytes.length - at, 1 + r.below(r.pick([4, 64, 512, 4096])));
  const copy = Buffer.from(bytes);
  switch (way) {
    case 0:
      copy[at] = (copy[at] ?? 0) ^ (1 << r.below(8));
      return copy;
    case 1:
      copy[at] = r.pick(numbers);
      return copy;
    case 2:
      copy.fill(r.pick(numbers), at, at + length);
      return copy;
    case 3:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + length)]);
    case 4:
      return Buffer.concat([copy.subarray(0, at + length), copy.subarray(at)]);
    case 5: {
      const from = r.below(bytes.length);
      return Buffer.concat([copy.subarray(0, at), copy.subarray(from, from + length), copy.subarray(at)]);
    }
    case 6:
      return copy.subarray(0, at);
    case 7:
      copy.write(
        r.pick(['7777777777', '-1', '../../', '/', '\0', '9'.repeat(40), '%s', '\u001b[2J', '__proto__']),
        at,
        'latin1',
      );
      return copy;
    default:
      for (let i = 0; i < length; i++) copy[at + i] = r.below(256);
      return copy;
  }
}

/** A tar archive with right checksums again, so that damage to a header's fields is not stopped at the door. */
export function mendChecksums(bytes: Buffer): Buffer {
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    if (bytes.toString('latin1', at + 257, at + 262) !== 'ustar') continue;
    bytes.fill(' ', at + 148, at + 156);
    let sum = 0;
    for (let i = at; i < at + 512; i++) sum += bytes[i] as number;
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 8, 'latin1');
  }
  return bytes;
}

const values: readonly unknown[] = [
  ...[null, true, -1, 0, 1e308, 4294967296, 0.5, '', 'x', '\0', '__proto__', '../../etc/passwd', 'x'.repeat(5000)],
  ...[
    [],
    {},
    [[]],
    [null],
    { __proto__: null, constructor: 1 },
    `sha256:${'0'.repeat(64)}`,
    'sha512:00',
    'application/vnd.oci.image.index.v1+json',
  ],
];

/** A JSON value with one to four of its nodes replaced, removed, doubled or renamed. */
export function damageJson(value: unknown, r: Random): unknown {
  const copy = structuredClone(value);
  const box = { root: copy };
  for (let i = 0, count = 1 + r.below(4); i < count; i++) {
    const places: [Record<string, unknown> | unknown[], string | number][] = [[box as Record<string, unknown>, 'root']];
    collect(box.root, places);
    const [holder, key] = r.pick(places);
    const target = holder as Record<string, unknown>;
    switch (r.below(5)) {
      case 0:
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else if (holder !== (box as unknown)) delete target[key];
        break;
      case 1:
        if (Array.isArray(holder)) holder.splice(Number(key), 0, holder[Number(key)]);
        else target[`${key}2`] = target[key];
        break;
      case 2:
        target[key] = [target[key]];
        break;
      default:
        target[key] = r.pick(values);
    }
  }
  return box.root;
}

function collect(value: unknown, places: [Record<string, unknown> | unknown[], string | number][]): void {
  if (typeof value !== 'object' || value === null || places.length > 5000) return;
  for (const key of Object.keys(value)) {
    const at = Array.isArray(value) ? Number(key) : key;
    places.push([value as Record<string, unknown>, at]);
    collect((value as Record<string, unknown>)[key], places);
  }
}
