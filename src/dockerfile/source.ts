/** Offsets of a text and the lines and columns that people read. */
import type { Position, Range } from '../types.ts';

/** A text with its line starts. A byte order mark at the start has no column of its own. */
export class SourceText {
  readonly text: string;
  /** Length of the byte order mark, 0 or 1. */
  readonly bom: number;
  private readonly starts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    this.bom = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  /** Number of lines; a line end at the very end does not begin another. */
  get lines(): number {
    const last = this.starts.length;
    return last > 1 && this.starts[last - 1] === this.text.length ? last - 1 : last;
  }

  /** Offset of a line's first character, one-based. */
  lineStart(line: number): number {
    return this.starts[line - 1] ?? this.text.length;
  }

  /** Offset behind a line's last character, without its line end. */
  lineEnd(line: number): number {
    let end = line < this.starts.length ? this.starts[line]! - 1 : this.text.length;
    const start = this.lineStart(line);
    while (end > start && this.text.charCodeAt(end - 1) === 13) end--;
    return end;
  }

  /** One-based line and column (UTF-16 units). */
  position(offset: number): Position {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    const column = offset - this.starts[low]! + 1 - (low === 0 ? this.bom : 0);
    return { line: low + 1, column: Math.max(1, column) };
  }

  range(start: number, end: number): Range {
    return { start: this.position(start), end: this.position(end) };
  }
}

/**
 * A text put together from pieces of another: joined continuations, heredoc bodies without leading tabs,
 * the unquoted argument of `sh -c`. `copied` pieces map character by character, others to their whole origin.
 */
export class MappedText {
  text = '';
  private readonly pieces: { at: number; start: number; end: number; copied: boolean }[] = [];

  /** Appends `text`, which stands at `start`..`end` of the origin. */
  add(text: string, start: number, end: number = start + text.length): void {
    if (text === '') return;
    this.pieces.push({ at: this.text.length, start, end, copied: end - start === text.length });
    this.text += text;
  }

  /** Appends a copy of another text with its origins. */
  append(other: MappedText): void {
    const base = this.text.length;
    for (const piece of other.pieces) this.pieces.push({ ...piece, at: base + piece.at });
    this.text += other.text;
  }

  /** A part of the text with its origins. */
  slice(start: number, end: number): MappedText {
    const out = new MappedText();
    for (let i = this.pieceAt(start); i < this.pieces.length; i++) {
      const piece = this.pieces[i]!;
      if (piece.at >= end) break;
      const next = this.pieces[i + 1]?.at ?? this.text.length;
      const from = Math.max(start, piece.at);
      const to = Math.min(end, next);
      if (to <= from) continue;
      if (piece.copied) out.add(this.text.slice(from, to), piece.start + from - piece.at);
      else out.add(this.text.slice(from, to), piece.start, piece.end);
    }
    return out;
  }

  /** Origin of the character at `offset`; `edge` says whether it opens or closes a range. */
  origin(offset: number, edge: 'start' | 'end' = 'start'): number {
    const { pieces } = this;
    if (pieces.length === 0) return 0;
    // The end of a range belongs to its last character, so that it does not reach over to the next piece.
    const wanted = edge === 'end' ? Math.max(0, offset - 1) : offset;
    const piece = pieces[this.pieceAt(wanted)]!;
    if (!piece.copied) return edge === 'end' ? piece.end : piece.start;
    return Math.min(piece.end, piece.start + (wanted - piece.at) + (edge === 'end' && offset > 0 ? 1 : 0));
  }

  private pieceAt(offset: number): number {
    let low = 0;
    let high = Math.max(0, this.pieces.length - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.pieces[middle]!.at <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** White space as Go's unicode.IsSpace has it, which the builder uses. */
export function isSpace(code: number): boolean {
  if (code < 0x80) return code === 32 || (code >= 9 && code <= 13);
  if (code === 0x85 || code === 0xa0) return true;
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** First offset in `start`..`end` that is not white space. */
export function skipSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** End of `start`..`end` without trailing white space. */
export function trimSpaceEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(text.charCodeAt(at - 1))) at--;
  return at;
}
