/**
 * Steps of an image's history as builders write them. Facts: moby builder/dockerfile (dispatchers.go, internals.go),
 * BuildKit frontend/dockerfile/dockerfile2llb/convert.go, buildah and kaniko, which write one form or the other.
 */
import type { HistoryStep } from '../types.ts';

export interface Step {
  /** Index in the history. */
  index: number;
  /** Upper case; '' where the history says nothing. */
  keyword: string;
  /** What follows the keyword, blanks folded; for RUN with shell and build arguments in front. */
  text: string;
  /** Layer that the step made. */
  layer?: number;
  /** Lower-case words of a RUN, for telling an edited command from another one. */
  words?: Set<string>;
}

const keywords =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?: |$)/;
const longest = 65_536;

export function readStep({ createdBy, layer }: HistoryStep, index: number): Step {
  const made = layer === undefined ? {} : { layer };
  let text = fold(createdBy ?? '');
  if (text === '') return { index, keyword: '', text, ...made };
  if (text.endsWith(' # buildkit')) text = text.slice(0, -' # buildkit'.length);
  // Classic builder: `/bin/sh -c #(nop)  ENV A=1`, with the SHELL in force in front.
  const nop = text.indexOf('#(nop) ');
  if (nop > 0 && isShell(text.slice(0, nop).trimEnd())) text = text.slice(nop + '#(nop) '.length).trimStart();
  const keyword = keywords.exec(text)?.[1];
  if (keyword === undefined) return { index, keyword: 'RUN', text, words: wordsOf(text), ...made };
  text = text.slice(keyword.length).trimStart();
  return { index, keyword, text, ...(keyword === 'RUN' && { words: wordsOf(text) }), ...made };
}

/** Runs of blanks and line ends as one blank, none at the ends; at most 64 Ki characters are looked at. */
export function fold(text: string): string {
  return text.slice(0, longest).replace(/\s+/g, ' ').trim();
}

/** A few words of which the last hands a script over: `/bin/sh -c`, `/bin/bash -o pipefail -ec`, `cmd /S /C`. */
export function isShell(prefix: string): boolean {
  if (prefix.length > 500) return false;
  const words = prefix.split(' ');
  return words.length <= 9 && /^(?:-[a-zA-Z]*c|\/c|-command)$/i.test(words.at(-1)!) && !/[;&|<>`$()]/.test(prefix);
}

/** Words that tell commands apart: operators, quotes and the shell in front are left out. */
export function wordsOf(text: string): Set<string> {
  const words = new Set<string>();
  for (const word of text
    .slice(0, 4096)
    .toLowerCase()
    .split(/[\s"'`;&|<>(){}\\]+/)) {
    if (words.size >= 200) break;
    if (word !== '' && !shellWords.has(word)) words.add(word);
  }
  return words;
}

const shellWords = new Set([
  '/bin/sh',
  '/bin/bash',
  '-c',
  '-ec',
  '-o',
  'pipefail',
  '-exc',
  '-xe',
  'set',
  '-ex',
  '-eux',
]);
