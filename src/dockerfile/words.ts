/**
 * How the builder splits an instruction: keyword, flags, words, names and values, JSON arrays.
 * Facts: BuildKit frontend/dockerfile/parser (line parsers, command splitting).
 */
import type { Flag, Pair, Word } from './model.ts';
import { isSpace, skipSpace, trimSpaceEnd } from './source.ts';

/** Keyword, flags and the rest of a joined line. */
export function splitInstruction(text: string): { name: Word; flags: Flag[]; rest: Word } {
  const start = skipSpace(text, 0, text.length);
  const end = trimSpaceEnd(text, start, text.length);
  let at = start;
  while (at < end && !isBlank(text.charCodeAt(at))) at++;
  const name = word(text, start, at);
  const { flags, next } = readFlags(text, at, end);
  const from = skipSpace(text, next, end);
  return { name, flags, rest: word(text, from, Math.max(from, end)) };
}

/** Words between blanks; quotes mean nothing here (FROM, EXPOSE, the non-JSON form of COPY, ADD, VOLUME). */
export function splitBlanks(text: string, start: number, end: number): Word[] {
  const words: Word[] = [];
  let at = start;
  while (at < end) {
    let stop = at;
    while (stop < end && !isBlank(text.charCodeAt(stop))) stop++;
    if (stop > at) words.push(word(text, at, stop));
    at = stop;
    while (at < end && isBlank(text.charCodeAt(at))) at++;
  }
  return words;
}

/** Words with quotes and escapes respected, both kept in the text (ENV, LABEL, ARG). */
export function splitQuoted(text: string, start: number, end: number, escapeChar: string): Word[] {
  const words: Word[] = [];
  let at = start;
  while (at < end) {
    if (isSpace(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const from = at;
    let out = '';
    let quote = '';
    let quoted = false;
    while (at < end && (quote !== '' || !isSpace(text.charCodeAt(at)))) {
      const char = text[at]!;
      if (char === escapeChar && quote !== "'") {
        // An escape character at the very end is dropped; anywhere else it keeps the next character with it.
        if (at + 1 < end) out += char + text[at + 1]!;
        at += 2;
        continue;
      }
      if (quote === '' && (char === '"' || char === "'")) {
        quote = char;
        quoted = true;
      } else if (char === quote) quote = '';
      out += char;
      at++;
    }
    at = Math.min(at, end);
    if (out !== '' || quoted) words.push({ text: out, start: from, end: at });
  }
  return words;
}

/** ENV and LABEL. An error is a sentence with the place. */
export function readPairs(
  text: string,
  rest: Word,
  escapeChar: string,
  keyword: string,
): { pairs: Pair[]; error?: PlacedError } {
  const words = splitQuoted(text, rest.start, rest.end, escapeChar);
  const first = words[0];
  if (!first) return { pairs: [] };
  if (!first.text.includes('=')) {
    let at = rest.start;
    while (at < rest.end && !isBlank(text.charCodeAt(at))) at++;
    if (at === rest.end) {
      return {
        pairs: [],
        error: { at: rest.start, message: `${keyword} needs a value: write ${keyword} ${first.text}=value.` },
      };
    }
    let value = at;
    while (value < rest.end && isBlank(text.charCodeAt(value))) value++;
    return { pairs: [{ name: word(text, rest.start, at), value: word(text, value, rest.end), legacy: true }] };
  }
  const pairs: Pair[] = [];
  for (const item of words) {
    const pair = splitPair(item);
    if (!pair.value) {
      return {
        pairs,
        error: { at: item.start, message: `${keyword} needs name=value, but "${clip(item.text)}" holds no "=".` },
      };
    }
    if (pair.name.text === '')
      return { pairs, error: { at: item.start, message: `${keyword} needs a name before "=".` } };
    pairs.push(pair);
  }
  return { pairs };
}

/** `name=value` cut at its first `=`. */
export function splitPair(item: Word): Pair {
  const equals = item.text.indexOf('=');
  if (equals < 0) return { name: item, legacy: false };
  const cut = item.start + equals;
  return {
    name: { text: item.text.slice(0, equals), start: item.start, end: cut },
    value: { text: item.text.slice(equals + 1), start: cut + 1, end: item.end },
    legacy: false,
  };
}

/** The JSON form. `none`: it is not valid JSON and so the shell form; `mixed`: an array of more than strings, which is refused. */
export function readJson(rest: Word): Word[] | 'none' | 'mixed' {
  if (!rest.text.startsWith('[')) return 'none';
  let value: unknown;
  try {
    value = JSON.parse(rest.text);
  } catch {
    return 'none';
  }
  if (!Array.isArray(value)) return 'none';
  if (!value.every((item) => typeof item === 'string')) return 'mixed';
  const words: Word[] = [];
  let at = 0;
  for (const item of value as string[]) {
    at = rest.text.indexOf('"', at);
    let end = at + 1;
    while (rest.text[end] !== '"') end += rest.text[end] === '\\' ? 2 : 1;
    words.push({ text: item, start: rest.start + at, end: rest.start + end + 1 });
    at = end + 1;
  }
  return words;
}

/** A fault at a place of the joined line. */
export interface PlacedError {
  /** Offset into the joined line. */
  at: number;
  message: string;
}

/** Shortens foreign text for a message. */
export function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Words that begin with `--`, up to the first that does not, or a lone `--`. Quotes and backslashes are taken off. */
function readFlags(text: string, start: number, end: number): { flags: Flag[]; next: number } {
  const flags: Flag[] = [];
  let at = start;
  for (;;) {
    at = skipSpace(text, at, end);
    if (!text.startsWith('--', at) || at + 2 > end) return { flags, next: at };
    const from = at;
    let out = '';
    let quote = '';
    while (at < end && (quote !== '' || !isSpace(text.charCodeAt(at)))) {
      const char = text[at]!;
      if (char === '\\') {
        out += text[at + 1] ?? '';
        at += 2;
        continue;
      }
      if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (char === quote) quote = '';
      else out += char;
      at++;
    }
    at = Math.min(at, end);
    if (out === '--') return { flags, next: at };
    const equals = out.indexOf('=');
    const name = out.slice(2, equals < 0 ? undefined : equals);
    flags.push(
      equals < 0 ? { name, start: from, end: at } : { name, value: out.slice(equals + 1), start: from, end: at },
    );
  }
}

function word(text: string, start: number, end: number): Word {
  return { text: text.slice(start, end), start, end };
}

/** Blanks as the builder splits at them: [\t\v\f\r ]. */
function isBlank(code: number): boolean {
  return code === 32 || code === 9 || (code >= 11 && code <= 13);
}
