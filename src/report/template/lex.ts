/** A template's text as pieces: text as it is, and what stands between `{{` and `}}`. */
import { UsageError } from '../../types.ts';

export interface Piece {
  kind: 'text' | 'tag';
  text: string;
  /** Offset of the piece (of a tag: of what is in it) in the template. */
  at: number;
}

/**
 * A tag that writes nothing (a block, its end, a comment) takes its line with it where it stands alone on one.
 * @throws UsageError for a tag that does not end.
 */
export function lex(source: string, name: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    if (open < 0) break;
    const close = closeOf(source, open + 2);
    if (close < 0) throw templateError(name, source, open, 'this tag does not end: }} is missing');
    const inside = source.slice(open + 2, close);
    const lead = /^\s*/.exec(inside)![0].length;
    const line = writesNothing(inside.trim()) ? ownLine(source, open, close + 2) : undefined;
    // A line's beginning may have gone with the tag before.
    const end = line && line.start >= at ? line.start : open;
    if (end > at) pieces.push({ kind: 'text', text: source.slice(at, end), at });
    if (!/^!/.test(inside.trim())) pieces.push({ kind: 'tag', text: inside.trim(), at: open + 2 + lead });
    at = line && line.start >= at ? line.end : close + 2;
  }
  if (at < source.length) pieces.push({ kind: 'text', text: source.slice(at), at });
  return pieces;
}

/** An error that points into the template: `report.md.tpl:3:7: …`. */
export function templateError(name: string, source: string, at: number, reason: string): UsageError {
  const before = source.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  return new UsageError(`${name}:${line}:${column}: ${reason}`);
}

/** The `}}` that ends a tag; one in a quoted text does not. */
function closeOf(source: string, from: number): number {
  let quoted = false;
  for (let i = from; i < source.length - 1; i++) {
    const character = source[i];
    if (character === '"') quoted = !quoted;
    else if (character === '\\' && quoted) i++;
    else if (character === '\n' && quoted) quoted = false;
    else if (!quoted && character === '}' && source[i + 1] === '}') return i;
  }
  return -1;
}

function writesNothing(tag: string): boolean {
  return /^(?:[#/!]|else\b)/.test(tag);
}

function ownLine(source: string, open: number, close: number): { start: number; end: number } | undefined {
  const start = source.lastIndexOf('\n', open - 1) + 1;
  if (open > 0 && !/^[ \t]*$/.test(source.slice(start, open))) return undefined;
  let end = close;
  while (source[end] === ' ' || source[end] === '\t') end++;
  if (source[end] === '\r' && source[end + 1] === '\n') end++;
  if (end < source.length && source[end] !== '\n') return undefined;
  return { start: open === 0 ? 0 : start, end: Math.min(source.length, end + 1) };
}
