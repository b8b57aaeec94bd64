/** Cuts and insertions that leave continuations, comments, indentation and line ends as they were. */
import type { DockerfileFacts, InstructionFact, PlaceFact } from '../types/dockerfile.ts';
import type { Edit } from './change.ts';

/** Blanks in one line that are looked over. */
const isBlank = (code: number): boolean => code === 32 || code === 9;

export function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

export function replacement({ start, end }: Pick<PlaceFact, 'start' | 'end'>, text: string): Edit {
  return { start, end, text };
}

/** The text stands at the place as it is, so that it can be cut there. */
export function standsAs({ text }: DockerfileFacts, { start, end }: PlaceFact, wanted: string): boolean {
  return text.slice(start, end) === wanted;
}

/** The text with the edits made. They must not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let out = '';
  let at = 0;
  for (const edit of ordered) {
    if (edit.start < at) throw new RangeError('two edits overlap');
    out += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return out + text.slice(at);
}

/** Edits that cannot be made at once: they share characters, or insert at the same place. */
export function collide(a: Edit, b: Edit): boolean {
  if (a.start === b.start) return true;
  return a.start < b.start ? a.end > b.start : b.end > a.start;
}

/** Line end of the line that holds the offset; of the file's first line where it is the last. */
export function lineEndAt(text: string, offset: number): string {
  let newline = text.indexOf('\n', offset);
  if (newline < 0) newline = text.indexOf('\n');
  return newline > 0 && text.charCodeAt(newline - 1) === 13 ? '\r\n' : '\n';
}

/** Offset of the first character of a line. */
export function lineStartAt(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** First character of the comment lines straight above an instruction, else of its own line. */
export function topOf(text: string, { start, comments }: Pick<InstructionFact, 'start' | 'comments'>): number {
  let at = lineStartAt(text, start);
  for (let left = comments.length; left > 0 && at > 0; left--) at = lineStartAt(text, at - 1);
  // A byte order mark stays in front.
  return text.charCodeAt(at) === 0xfeff ? at + 1 : at;
}

/** Blanks that the line begins with. */
export function indentAt(text: string, offset: number): string {
  const from = lineStartAt(text, offset);
  let to = from;
  while (to < text.length && isBlank(text.charCodeAt(to))) to++;
  return text.slice(from, to);
}

/** First offset behind the blanks. */
export function skipBlanks(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** Offset behind `\`, blanks and a line end, or undefined where the line does not go on there. */
export function continuationAt({ text, escape: mark }: DockerfileFacts, offset: number): number | undefined {
  if (text[offset] !== mark) return undefined;
  let at = skipBlanks(text, offset + 1);
  if (text.charCodeAt(at) === 13) at++;
  return text.charCodeAt(at) === 10 ? at + 1 : undefined;
}

/**
 * Takes words out of an instruction: with the blanks in front of them, or with their whole line where they are alone on it.
 * Undefined where a comment would end up behind the last continuation.
 */
export function removeWords(
  dockerfile: DockerfileFacts,
  { start, end }: Pick<PlaceFact, 'start' | 'end'>,
): Edit | undefined {
  const { text, escape: mark } = dockerfile;
  let from = start;
  while (from > 0 && isBlank(text.charCodeAt(from - 1))) from--;
  const ahead = skipBlanks(text, end);
  if (from > 0 && text.charCodeAt(from - 1) !== 10) return replacement({ start: from, end }, '');
  const next = continuationAt(dockerfile, ahead);
  if (next !== undefined) return replacement({ start: from, end: next }, '');
  if (ahead < text.length && !/[\r\n]/.test(text[ahead]!)) return replacement({ start, end: ahead }, '');
  // The last line: the continuation in front of it goes too.
  let cut = from - 1;
  if (cut > 0 && text.charCodeAt(cut - 1) === 13) cut--;
  while (cut > 0 && isBlank(text.charCodeAt(cut - 1))) cut--;
  if (cut <= 0 || text[cut - 1] !== mark) return undefined;
  cut--;
  if (text[skipBlanks(text, lineStartAt(text, cut))] === '#') return undefined;
  while (cut > 0 && isBlank(text.charCodeAt(cut - 1))) cut--;
  return replacement({ start: cut, end }, '');
}

/** Takes whole lines out, from the one that holds `start` to the one that holds `end`. */
export function removeLines(text: string, { start, end }: Pick<PlaceFact, 'start' | 'end'>): Edit {
  const newline = text.indexOf('\n', Math.max(start, end - 1));
  const from = lineStartAt(text, start);
  // A byte order mark stays.
  return replacement(
    { start: text.charCodeAt(from) === 0xfeff ? from + 1 : from, end: newline < 0 ? text.length : newline + 1 },
    '',
  );
}
