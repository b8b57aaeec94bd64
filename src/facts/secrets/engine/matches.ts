/** The matches of one file: where they are, how many may be kept, and which of two that overlap stays. */
import type { RawMatch } from './format.ts';

export interface Candidate extends RawMatch {
  /** Of two matches of the same bytes the one with the higher rank stays. */
  rank: number;
}

export class MatchList {
  /** As many as one file may have. */
  full = false;
  private readonly kept: Candidate[] = [];
  /** Those of them that have a line already. */
  private placed = 0;
  private readonly counts = new Map<string, number>();
  /** Lines are counted up to here: byte of the file, its line, and where that begins. */
  private counted = 0;
  private line = 1;
  private lineStart = 0;

  constructor(
    private readonly maxPerFile: number,
    private readonly maxPerFormat: number,
  ) {}

  add(match: Candidate): void {
    if (this.kept.some(({ id, start }) => id === match.id && start === match.start)) return;
    const count = (this.counts.get(match.id) ?? 0) + 1;
    this.counts.set(match.id, count);
    // Enough of one kind: the others are still looked for.
    if (count > this.maxPerFormat) return;
    if (this.kept.length >= this.maxPerFile) this.full = true;
    else this.kept.push(match);
  }

  /** Gives those that came since the last call their lines. `bytes` are those of the file from `base` on. */
  place(bytes: Buffer, base: number): void {
    const fresh = this.kept.slice(this.placed).sort((a, b) => a.start - b.start);
    this.placed = this.kept.length;
    for (const match of fresh) {
      if (match.start >= this.counted) {
        this.count(bytes, base, match.start);
        match.line = this.line;
        match.column = match.start - this.lineStart + 1;
        continue;
      }
      const at = match.start - base;
      const newline = at > 0 ? bytes.lastIndexOf(0x0a, at - 1) : -1;
      match.line = this.line - newlines(bytes, at, this.counted - base);
      match.column = newline < 0 ? Math.max(0, match.start - this.lineStart) + 1 : at - newline;
    }
  }

  /** Counts on to byte `to` of the file: what lies before it will not be seen again. */
  count(bytes: Buffer, base: number, to: number): void {
    for (let at = this.counted - base; at < to - base; at++) {
      if (bytes[at] !== 0x0a) continue;
      this.line++;
      this.lineStart = base + at + 1;
    }
    this.counted = Math.max(this.counted, to);
  }

  /** In the order of the file. */
  best(): RawMatch[] {
    const best: Candidate[] = [];
    for (const match of this.kept.toSorted((a, b) => b.rank - a.rank || a.start - b.start)) {
      if (!best.some(({ start, end }) => match.start < end && start < match.end)) best.push(match);
    }
    return best.sort((a, b) => a.start - b.start).map(({ rank: _, ...match }) => match);
  }
}

function newlines(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = Math.max(0, from); at < to; at++) if (bytes[at] === 0x0a) count++;
  return count;
}
