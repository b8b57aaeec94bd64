/**
 * Finds keywords in bytes. Two bytes are looked at together, and a table says for each pair which groups of keywords
 * have it; only where two neighbouring pairs name a group together is anything compared. A keyword is filed under both
 * ways that it can fall on the pairs, so that each pair is read once. Twice as fast as an Aho–Corasick automaton, and
 * it does not slow down as keywords are added (docs/secrets-engine.md).
 */

export interface Keyword {
  /** At least three bytes; lower case unless `exact`. */
  text: string;
  /** The case of letters counts. */
  exact: boolean;
}

/** Groups that a pair can name: half of the bits of a table entry. */
export const filterGroups = 16;

export class KeywordFilter {
  /** Longest keyword, bytes. */
  readonly longest: number;
  /** By pair: low half, the groups that have it second; high half, those that have it first. */
  private readonly pairs = new Uint32Array(65536);
  /** Heads of chains through `next`: by the hash of a window's four bytes, and by its middle two where the others are open. */
  private readonly whole = new Int16Array(65536).fill(-1);
  private readonly open = new Int16Array(65536).fill(-1);
  private readonly next: Int16Array;
  /** Where a window begins in its keyword; -1 where it takes in the byte before. */
  private readonly shift: Int8Array;
  private readonly texts: Buffer[];
  private readonly exact: boolean[];

  /** `plan`: two windows for each keyword (author/plan.ts). */
  constructor(keywords: readonly Keyword[], plan: Uint8Array) {
    this.texts = keywords.map(({ text }) => Buffer.from(text, 'latin1'));
    this.exact = keywords.map(({ exact }) => exact);
    this.longest = Math.max(1, ...this.texts.map(({ length }) => length));
    this.next = new Int16Array(2 * keywords.length);
    this.shift = new Int8Array(2 * keywords.length);
    for (let i = 0; i < this.next.length; i++) this.file(i, keywords[i >> 1]!, plan[2 * i]! - 1, 1 << plan[2 * i + 1]!);
  }

  /** Reports each keyword that begins in [from, to) and lies whole in `bytes`. */
  find(bytes: Uint8Array, from: number, to: number, found: (keyword: number, start: number) => void): void {
    const first = Math.max(0, from - 1);
    const last = Math.min(bytes.length, to + this.longest);
    const begin = first + ((bytes.byteOffset + first) & 1);
    const count = (last - begin) >> 1;
    const check = (at: number) => this.compare(bytes, at, from, to, found);
    // A window that begins one byte before the bytes do, and the one that the last whole pair could not show.
    if (begin === 1) check(-1);
    if (count <= 0) return;
    this.run(new Uint16Array(bytes.buffer, bytes.byteOffset + begin, count), begin, check);
    check(begin + 2 * count - 2);
  }

  private file(index: number, keyword: Keyword, at: number, group: number): void {
    const { pairs, texts, shift } = this;
    const text = texts[index >> 1]!;
    shift[index] = at;
    eachVariant(keyword, at, (pair) => {
      pairs[pair]! |= group << filterGroups;
    });
    eachVariant(keyword, at + 2, (pair) => {
      pairs[pair]! |= group;
    });
    const isWhole = at >= 0 && at + 4 <= text.length;
    const heads = isWhole ? this.whole : this.open;
    const key = isWhole ? hash(text, at) : middle(text, at);
    this.next[index] = heads[key]!;
    heads[key] = index;
  }

  private run(words: Uint16Array, begin: number, check: (at: number) => void): void {
    const { pairs } = this;
    const count = words.length;
    const steady = count - 3;
    let before = 0;
    let i = 0;
    for (; i < steady; i += 4) {
      const a = pairs[words[i]!]!;
      const b = pairs[words[i + 1]!]!;
      const c = pairs[words[i + 2]!]!;
      const d = pairs[words[i + 3]!]!;
      if (((before & a) | ((a >>> 16) & b) | ((b >>> 16) & c) | ((c >>> 16) & d)) !== 0) {
        const at = begin + 2 * i;
        if (before & a) check(at - 2);
        if ((a >>> 16) & b) check(at);
        if ((b >>> 16) & c) check(at + 2);
        if ((c >>> 16) & d) check(at + 4);
      }
      before = d >>> 16;
    }
    for (; i < count; i++) {
      const a = pairs[words[i]!]!;
      if (before & a) check(begin + 2 * i - 2);
      before = a >>> 16;
    }
  }

  /** Compares every keyword whose window could begin at `at`. */
  private compare(bytes: Uint8Array, at: number, from: number, to: number, found: Found): void {
    if (at + 2 >= bytes.length) return;
    if (at >= 0 && at + 3 < bytes.length) this.chain(this.whole[hash(bytes, at)]!, bytes, at, from, to, found);
    const open = this.open[middle(bytes, at)]!;
    if (open >= 0) this.chain(open, bytes, at, from, to, found);
  }

  private chain(head: number, bytes: Uint8Array, at: number, from: number, to: number, found: Found): void {
    const { next, shift, texts, exact } = this;
    for (let i = head; i >= 0; i = next[i]!) {
      const start = at - shift[i]!;
      const text = texts[i >> 1]!;
      if (start < from || start >= to || start + text.length > bytes.length) continue;
      let j = 0;
      if (exact[i >> 1]) while (j < text.length && bytes[start + j] === text[j]) j++;
      else while (j < text.length && fold[bytes[start + j]!] === text[j]) j++;
      if (j === text.length) found(i >> 1, start);
    }
  }
}

type Found = (keyword: number, start: number) => void;

/** The pairs that a keyword can show at `at`: each case of its letters, and any byte before and behind it. */
export function eachVariant({ text, exact }: Keyword, at: number, take: (pair: number) => void): void {
  const seconds = bytesAt(text, at + 1, exact);
  for (const first of bytesAt(text, at, exact)) {
    for (const second of seconds) take(littleEndian ? first | (second << 8) : second | (first << 8));
  }
}

/** ASCII letters to lower case, all else as it is. */
const fold = Uint8Array.from({ length: 256 }, (_, code) => (code >= 65 && code <= 90 ? code | 32 : code));
const every = Array.from({ length: 256 }, (_, code) => code);
const alone = every.map((code) => [code]);
const either = every.map((code) => (code >= 97 && code <= 122 ? [code, code - 32] : [code]));
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function bytesAt(text: string, at: number, exact: boolean): readonly number[] {
  if (at < 0 || at >= text.length) return every;
  const code = text.charCodeAt(at);
  return exact ? alone[code]! : either[code]!;
}

/** Of four bytes, letters folded: 16 bits. */
function hash(bytes: Uint8Array, at: number): number {
  const word =
    fold[bytes[at]!]! | (fold[bytes[at + 1]!]! << 8) | (fold[bytes[at + 2]!]! << 16) | (fold[bytes[at + 3]!]! << 24);
  return Math.imul(word, 0x9e3779b1) >>> 16;
}

function middle(bytes: Uint8Array, at: number): number {
  return fold[bytes[at + 1]!]! | (fold[bytes[at + 2]!]! << 8);
}
