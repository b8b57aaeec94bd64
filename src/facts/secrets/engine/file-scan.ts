/** One file on its way through the engine: candidates in, matches out, within bounds. */
import { createHash } from 'node:crypto';
import { type Assignment, readAssignment } from './assignment.ts';
import { isBase64, slice } from './bytes.ts';
import { engineData, type KeywordUse } from './data.ts';
import { type Engine, engine } from './engine.ts';
import type { FileHint, RawMatch, SecretFormat } from './format.ts';
import { MatchList } from './matches.ts';
import { type Found, readers } from './readers.ts';
import { none, readSection } from './section.ts';
import { readField, readToken } from './token.ts';

export interface ScanLimits {
  maxHitsPerFile: number;
  maxHitsPerFormat: number;
  /** Kilobytes of text that candidates of one file may have read: a bound on the time that a hostile file takes. */
  maxWork: number;
}

/** How far a candidate may look back, and forward. */
export const lookBack = 1024;
export const lookAhead = 18 * 1024;

const widestBlob = 16 * 1024;

/** Ranks: a format that is sure of itself goes before one that the name of a field gave away. */
const ranks = { token: 80, field: 60, key: 100, wrapped: 50, code: 40, generic: 10 };

export class FileScan {
  /** The beginning of an armoured block was seen, of whatever kind. */
  armour = false;
  private readonly matches: MatchList;
  private spent = false;
  /** What base64 has been decoded up to. */
  private unwrapped = 0;
  private work = 0;
  /** Large files may cost more than small ones: twice their own bytes. */
  private allowance = 0;

  constructor(
    private readonly limits: ScanLimits,
    private readonly hint: FileHint,
    private readonly via: RawMatch['via'],
    private readonly depth = 0,
    private readonly ready: Engine = engine(),
  ) {
    this.matches = new MatchList(limits.maxHitsPerFile, limits.maxHitsPerFormat);
  }

  /** A limit was met: not all of the file's candidates were looked at. */
  get cut(): boolean {
    return this.spent || this.matches.full;
  }

  /** Kilobytes that candidates read, and the most that they may. */
  get budget(): { read: number; most: number } {
    return { read: this.work, most: this.limits.maxWork + this.allowance };
  }

  /** Looks at every keyword that begins in [from, to) of `bytes`, whose first byte is byte `base` of the file. */
  process(bytes: Buffer, base: number, from: number, to: number): void {
    this.allowance += (2 * (to - from)) / 1000;
    const { armour } = this.ready;
    this.ready.filter.find(bytes, from, to, (use, at) => {
      if (use === armour) this.armour = true;
      if (!this.cut) this.candidate(bytes, base, this.ready.uses[use]!, at);
    });
    this.matches.place(bytes, base);
  }

  /** Call before bytes of the file up to `end` are forgotten: lines are counted from there on. */
  forget(bytes: Buffer, base: number, end: number): void {
    this.matches.count(bytes, base, end);
  }

  /** The matches, best of each place, in order. */
  end(): RawMatch[] {
    return this.matches.best();
  }

  private candidate(bytes: Buffer, base: number, use: KeywordUse, at: number): void {
    const to = at + use.text.length;
    if (use.wrapped) {
      if (this.depth === 0) this.unwrap(bytes, base, at, to);
      return;
    }
    let field: Assignment | null | undefined;
    let below: Assignment[] | undefined;
    for (const index of use.formats) {
      const ready = this.ready.formats[index]!;
      const { format } = ready;
      if (this.via === 'binary' && !format.binary) continue;
      if (format.kind === 'token') {
        const token = readToken(bytes, at, to, ready);
        if (format.longest > 500) this.spend(format.longest);
        if (token) this.add(base, index, token);
      } else if (format.kind === 'field') {
        if (use.abbreviated && isWithinWord(bytes, at)) continue;
        field ??= readAssignment(bytes, at, to) ?? null;
        const value = field ? readField(bytes, field, ready) : undefined;
        if (value) this.add(base, index, value);
        else if (!field || field.value.startsWith('{')) {
          below ??= this.section(bytes, at, to);
          this.addFirst(bytes, base, index, below);
        }
      } else {
        if (this.depth > 0 && format.reader === 'generic') continue;
        const value = readers[format.reader!]!({ bytes, at, to, format, hint: this.hint });
        this.spend(format.longest);
        if (value) this.add(base, index, value);
      }
    }
    this.spend(20);
  }

  private section(bytes: Buffer, at: number, to: number): Assignment[] {
    const fields = readSection(bytes, at, to);
    this.spend(fields === none ? 0 : 1500);
    return fields;
  }

  private addFirst(bytes: Buffer, base: number, index: number, fields: readonly Assignment[]): void {
    for (const field of fields) {
      const value = readField(bytes, field, this.ready.formats[index]!);
      if (!value) continue;
      this.add(base, index, value);
      return;
    }
  }

  /** Decodes the base64 text that [at, to) is a part of, and scans what comes out, once. */
  private unwrap(bytes: Buffer, base: number, at: number, to: number): void {
    if (base + at < this.unwrapped) return;
    let start = at;
    while (at - start < lookBack && isBase64(bytes[start - 1])) start--;
    let end = to;
    const most = Math.min(bytes.length, to + widestBlob);
    while (end < most && isBase64(bytes[end])) end++;
    if (end - start < 24) return;
    this.unwrapped = base + end;
    this.spend(2 * (end - start));
    // A text that began further back may begin with any of four characters of a group.
    for (let skip = 0; skip < (at - start === lookBack ? 4 : 1); skip++) {
      const decoded = Buffer.from(slice(bytes, start + skip, end), 'base64');
      const inner = new FileScan(this.limits, this.hint, undefined, this.depth + 1, this.ready);
      inner.process(decoded, 0, 0, decoded.length);
      this.work += inner.work;
      for (const match of inner.end()) {
        this.matches.add({ ...match, start: base + start, end: base + end, via: 'base64', rank: ranks.wrapped });
      }
    }
  }

  private add(base: number, index: number, found: Found): void {
    const { format } = this.ready.formats[index]!;
    const doubtful = this.hint.generated === true && found.checked !== 'passed';
    if ((doubtful && format.kind !== 'token') || engineData().known.has(digest(found.value))) return;
    const { value, start, end, ...rest } = found;
    this.matches.add({
      id: format.id,
      provider: format.provider,
      title: format.title,
      rule: format.rule,
      severity: format.severity,
      confidence: format.confidence,
      rotate: format.rotate,
      start: base + start,
      end: base + end,
      line: 0,
      column: 0,
      value,
      ...rest,
      ...(this.via ? { via: this.via } : {}),
      // Cryptographic libraries carry the keys of their self-tests.
      ...(doubtful || (this.via === 'binary' && format.rule === 'private-key') ? { confidence: 'low' as const } : {}),
      rank: rankOf(format, found),
    });
  }

  private spend(bytes: number): void {
    this.work += bytes / 1000;
    if (this.work > this.budget.most) this.spent = true;
  }
}

/** Whether a letter stands before the place, and no new word of a name in camel case begins there. */
function isWithinWord(bytes: Buffer, at: number): boolean {
  const before = bytes[at - 1] ?? 0;
  const lower = before >= 97 && before <= 122;
  return lower ? !(bytes[at]! >= 65 && bytes[at]! <= 90) : before >= 65 && before <= 90;
}

function rankOf({ kind, reader, rule }: SecretFormat, { checked, confidence }: Found): number {
  const sure = checked === 'passed' ? 5 : checked === 'failed' || confidence === 'low' ? -5 : 0;
  if (kind !== 'code') return ranks[kind] + sure;
  return (reader === 'generic' ? ranks.generic : rule === 'private-key' ? ranks.key : ranks.code) + sure;
}

function digest(value: string): string {
  return createHash('sha256').update(value, 'latin1').digest('hex').slice(0, 16);
}
