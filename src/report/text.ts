/**
 * Text for a terminal, from strings that an image provided.
 * A `Span` can only be made by `span`, which neutralises: nothing an image says reaches a terminal as a control.
 */

export type Style = 'bold' | 'dim' | 'red' | 'redBold' | 'redInverse' | 'yellow' | 'green' | 'greenInverse' | 'cyan';

declare const neutral: unique symbol;

/** A piece of one line: neutralised text and its looks. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
  readonly [neutral]: true;
}
export type Line = readonly Span[];

/** A paragraph longer than this is an attack on the reader's patience; other formats carry it whole. */
const longest = 2000;

/** The only way to make a span. */
export function span(text: string, style?: Style): Span {
  const shown = text.length > longest ? `${neutralise(text.slice(0, longest))}…` : neutralise(text);
  return { text: shown, ...(style ? { style } : {}) } as Span;
}

const suspect = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]|\p{Default_Ignorable_Code_Point}|(?<=\p{Mn}{4})\p{Mn}/gu;

/**
 * Shows as `\xNN` or `\u{NNNN}` what a terminal would obey or hide: control and format characters (escape sequences,
 * bidirectional overrides), separators, invisible and unassigned characters, and piled-up combining marks.
 */
export function neutralise(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.replace(suspect, (character) => {
    const hex = character.codePointAt(0)!.toString(16);
    return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
  });
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1f000}-\u{1f02b}\u{1f200}-\u{1f320}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Columns that one character takes (Unicode Standard Annex 11, wide and fullwidth; ambiguous ones count as one). */
function cellsOf(character: string): number {
  if (/\p{Mn}|\p{Me}/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Columns that neutralised text takes. */
export function cells(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let sum = 0;
  for (const character of text) sum += cellsOf(character);
  return sum;
}

export function lineCells(line: Line): number {
  return line.reduce((sum, { text }) => sum + cells(text), 0);
}

/** The longest beginning that fits, with its rest; with `force` at least one character, so that a caller moves on. */
function split(text: string, width: number, force: boolean): [string, string] {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += cellsOf(character);
    if (used > width && !(force && end === 0)) break;
    end += character.length;
  }
  return [text.slice(0, end), text.slice(end)];
}

/** Moves a break back to the last slash, where a good half of the line is kept: paths read better. */
function atSlash([head, tail]: [string, string]): [string, string] {
  const slash = head.lastIndexOf('/') + 1;
  if (tail === '' || slash <= head.length / 2) return [head, tail];
  return [head.slice(0, slash), head.slice(slash) + tail];
}

/** Neutralised text cut to a width, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  const shown = neutralise(text.length > 4 * width + 64 ? text.slice(0, 4 * width + 64) : text);
  if (cells(shown) <= width && shown.length >= text.length) return shown;
  return width < 2 ? '…' : `${split(shown, width - 1, false)[0].trimEnd()}…`;
}

const noBreak = '\u00a0';

/** Keeps the words of a phrase on one line; `wrap` writes its spaces as ordinary ones. */
export function glue(phrase: string): string {
  return phrase.replaceAll(' ', noBreak);
}

/** Breaks at spaces, and inside a word that is wider than a line. Never returns an empty list. */
export function wrap(spans: Line, width: number): Line[] {
  const lines: Span[][] = [[]];
  let room = width;
  let gap: Span | undefined;
  for (const from of spans) {
    for (const word of from.text.split(/( +)/)) {
      if (word === '') continue;
      if (word[0] === ' ') gap = like(from, word);
      else place(like(from, word));
    }
  }
  return lines;

  function place(word: Span): void {
    const space = gap && room < width ? cells(gap.text) : 0;
    const needed = space + cells(word.text);
    if (needed > room && room < width && (space > 0 || cells(word.text) <= width)) newLine();
    if (gap && room < width) put(gap);
    gap = undefined;
    let rest = word.text;
    while (rest !== '') {
      const [head, tail] = atSlash(split(rest, room, room === width));
      if (head !== '') put(like(word, head));
      rest = tail;
      if (rest !== '') newLine();
    }
  }
  function newLine(): void {
    lines.push([]);
    room = width;
    gap = undefined;
  }
  function put(piece: Span): void {
    lines.at(-1)!.push(like(piece, piece.text.replaceAll(noBreak, ' ')));
    room -= cells(piece.text);
  }
}

/** Part of a span's own text, which is neutralised already. */
function like(from: Span, text: string): Span {
  return { ...from, text };
}

/** A label, then text that wraps beside it: the hanging indent of every paragraph. `label` is padded to `indent` columns. */
export function hang(label: Line, body: Line, indent: number, width: number): Line[] {
  const pad = span(' '.repeat(Math.max(0, indent - lineCells(label))));
  return wrap(body, Math.max(8, width - indent)).map((line, i) =>
    i === 0 ? [...label, pad, ...line] : [span(' '.repeat(indent)), ...line],
  );
}
