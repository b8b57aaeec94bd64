/** Here-documents of RUN, COPY and ADD (Dockerfile reference, "Here-Documents"; BuildKit frontend/dockerfile/parser). */
import { type Budget, makeBudget, spend } from './budget.ts';
import { LexError, lex } from './lex.ts';
import type { LineReader } from './lines.ts';
import type { Heredoc } from './model.ts';
import { isSpace, type SourceText } from './source.ts';

/** A `<<NAME` on an instruction's line, its body not yet read. */
export interface HeredocStart {
  name: string;
  descriptor: number;
  expand: boolean;
  chomp: boolean;
}

/** Here-documents that a joined line opens, in order. Throws LexError for a delimiter whose quotes do not close. */
export function heredocStarts(line: string, budget: Budget): HeredocStart[] {
  let words: string[];
  try {
    words = lex(line, {
      escape: '\\',
      rawQuotes: true,
      rawEscapes: true,
      keepUnset: true,
      limit: line.length * 2 + 64,
      budget,
    }).words;
  } catch (error) {
    // The builder takes a line that it cannot lex for one without here-documents.
    if (error instanceof LexError) return [];
    throw error;
  }
  return words.map(heredocStart).filter((start) => start !== undefined);
}

/** Reads one word as `<<NAME`; undefined where it is none. Throws LexError for unbalanced quotes. */
export function heredocStart(word: string): HeredocStart | undefined {
  let at = 0;
  while (word[at]! >= '0' && word[at]! <= '9') at++;
  if (!word.startsWith('<<', at)) return undefined;
  const descriptor = Number(word.slice(0, at)) || 0;
  at += 2;
  const chomp = word[at] === '-';
  if (chomp) at++;
  while (at < word.length && isSpace(word.charCodeAt(at))) at++;
  const rest = word.slice(at);
  if (rest === '' || rest.includes('<')) return undefined;
  const options = {
    escape: '\\' as const,
    keepUnset: true,
    limit: word.length * 2 + 64,
    budget: makeBudget(word.length * 4 + 64),
  };
  const { words } = lex(rest, options);
  if (words.length !== 1) return undefined;
  const raw = lex(rest, { ...options, rawQuotes: true }).words;
  return { name: words[0]!, descriptor, chomp, expand: quotes(words[0]!) === quotes(raw.join(' ')) };
}

/** Takes the bodies out of the file. Without a delimiter line the body ends where the next instruction seems to begin. */
export function readHeredocs(
  starts: HeredocStart[],
  reader: LineReader,
  source: SourceText,
  budget: Budget,
): Heredoc[] {
  return starts.map((start) => {
    const from = reader.line;
    let last = from;
    let terminated = false;
    for (; last <= source.lines && !terminated; last++) {
      spend(budget, 8);
      terminated = lineOf(source, last, start.chomp) === start.name;
    }
    let bodyEnd = terminated ? last - 1 : last;
    if (!terminated) {
      for (bodyEnd = from; bodyEnd <= source.lines; bodyEnd++) {
        spend(budget, 8);
        if (nextInstruction.test(source.text.slice(source.lineStart(bodyEnd), source.lineStart(bodyEnd) + 16))) break;
      }
    }
    reader.line = terminated ? last : bodyEnd;
    const startOffset = source.lineStart(from);
    const end = source.lineStart(bodyEnd);
    const content = source.text.slice(startOffset, end);
    return { ...start, content, start: startOffset, end, range: source.range(startOffset, end), terminated };
  });
}

const nextInstruction =
  /^(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)[ \t]/;

function lineOf(source: SourceText, line: number, chomp: boolean): string {
  let start = source.lineStart(line);
  const end = source.lineEnd(line);
  if (chomp) while (start < end && source.text[start] === '\t') start++;
  return source.text.slice(start, end);
}

function quotes(text: string): number {
  let count = 0;
  for (const char of text) if (char === "'" || char === '"') count++;
  return count;
}
