/** Whether a step of the history is an instruction's. */
import type { Expected, Form } from './expected.ts';
import { portsOf } from './ports.ts';
import { fold, isShell, type Step } from './steps.ts';

/** `same`: what a build of the instruction writes. `changed`: the instruction in another state, by its look. */
export type Likeness = 'same' | 'changed';

/** Share of words that two commands have in common for one to be the other's edit. */
const alike = 0.5;

export function compare(step: Step, expected: Expected): Likeness | undefined {
  if (step.keyword !== expected.keyword) return undefined;
  switch (step.keyword) {
    case 'RUN':
      return isRun(step, expected) ? 'same' : inCommon(step.words, expected.words) >= alike ? 'changed' : undefined;
    case 'COPY':
    case 'ADD':
      return compareCopy(step.text, expected);
    case 'ARG':
      // The value is the build's, and builders disagree on whether they write it.
      return namesOf(step.text)[0] === expected.names?.[0] ? 'same' : undefined;
    case 'ENV':
    case 'LABEL':
      if (fits(step.text, expected.forms)) return 'same';
      return expected.names?.some((name) => step.text.startsWith(`${name}=`) || step.text.includes(` ${name}=`))
        ? 'changed'
        : undefined;
    case 'EXPOSE':
      return comparePorts(step.text, expected);
    case 'CMD':
    case 'ENTRYPOINT':
    case 'HEALTHCHECK':
      return endsAlike(step.text, expected, step.keyword === 'HEALTHCHECK') ? 'same' : 'changed';
    case 'ONBUILD':
    case 'SHELL':
    case 'VOLUME':
      return fits(bare(step.text), expected.forms.map(bareForm)) ? 'same' : 'changed';
    default:
      return fits(step.text, expected.forms) ? 'same' : 'changed';
  }
}

/** The command, behind the shell and the build arguments (`|2 A=b C=d /bin/sh -c`). */
function isRun({ text }: Step, { forms, shell }: Expected): boolean {
  return forms.some(({ text: body }) => {
    if (text === body) return true;
    if (body === '' || !text.endsWith(` ${body}`)) return false;
    const prefix = text.slice(0, -body.length).trimEnd();
    const args = /^\|\d{1,4} /.test(prefix) || /^\|\d{1,4}$/.test(prefix);
    if (shell === '') return args;
    if (shell !== undefined) return prefix === shell || (args && prefix.endsWith(` ${shell}`));
    if (!args) return isShell(prefix);
    return isShell(prefix.split(' ').slice(-2).join(' '));
  });
}

function compareCopy(text: string, { forms, destinations = [] }: Expected): Likeness | undefined {
  // Classic builder: `file:HASH in /to`, with --chown run together with it.
  const classic =
    /(?:file|dir|multi):[0-9a-f]{12,128} in(?: (.*))?$/.exec(text) ?? /^[0-9a-f]{64} in(?: (.*))?$/.exec(text);
  if (classic) return fits(classic[1] ?? '', destinations) ? 'same' : undefined;
  const plain = withoutFlags(text);
  if (fits(plain, forms)) return 'same';
  const to = plain.slice(plain.lastIndexOf(' ') + 1);
  return fits(to, destinations) || plain.split(' ')[0] === forms[0]?.text.split(' ')[0] ? 'changed' : undefined;
}

function withoutFlags(text: string): string {
  let rest = text;
  while (rest.startsWith('--')) {
    const end = rest.indexOf(' ');
    if (end < 0) return '';
    rest = rest.slice(end + 1);
  }
  return rest;
}

/** `80 443/tcp`, `map[443/tcp:{} 80/tcp:{}]`, `[80/tcp 443/tcp]`: in any order. */
function comparePorts(text: string, { names = [], forms }: Expected): Likeness | undefined {
  const there = new Set(portsOf(text.replace(/^map/, '').replaceAll(':{}', '').replace(/[[\]]/g, '').split(' ')));
  const wanted = portsOf(names);
  const shared = wanted.filter((port) => there.has(port)).length;
  if (shared === there.size && shared === wanted.length) return 'same';
  if (forms.some((form) => form.written !== undefined)) return 'same';
  return 'changed';
}

/** `["/bin/sh" "-c" "echo hi"]` against the words; the shell in front is the base's where the file sets none. */
function endsAlike(text: string, { forms }: Expected, within: boolean): boolean {
  const there = bare(text);
  return forms.some((form) => {
    const wanted = bare(form.text);
    return within ? there.includes(wanted) : there === wanted || (wanted !== '' && there.endsWith(wanted));
  });
}

/** Brackets, quotes, commas, escapes and blanks taken out: builders quote the same words in different ways. */
function bare(text: string): string {
  return text.replace(/[\s[\]"',\\]/g, '');
}

function bareForm({ text, written }: Form): Form {
  return { text: bare(text), ...(written !== undefined && { written: bare(written) }) };
}

function fits(text: string, forms: readonly Form[]): boolean {
  const there = fold(text);
  return forms.some(
    (form) => fold(form.text) === there || (form.written !== undefined && fitsPattern(there, form.written)),
  );
}

/** Variables of the written text stand for anything; the pieces between them are there in their order. */
function fitsPattern(text: string, written: string): boolean {
  const pieces = piecesOf(fold(written.replace(/["'\\]/g, '')));
  if (pieces.length === 1) return false;
  const plain = text.replace(/["'\\]/g, '');
  const first = pieces[0]!;
  const last = pieces.at(-1)!;
  if (!plain.startsWith(first) || !plain.endsWith(last) || plain.length < first.length + last.length) return false;
  let at = first.length;
  const end = plain.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = plain.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

/** What stands around variables: `a-$X/${Y:-${Z}}b` → `a-`, `/`, `b`. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at)) {
    let end = at + 1;
    if (text[end] === '{') {
      let depth = 0;
      do {
        if (text[end] === '{') depth++;
        else if (text[end] === '}') depth--;
        end++;
      } while (depth > 0 && end < text.length);
    } else while (end < text.length && /\w/.test(text[end]!)) end++;
    if (end > at + 1) {
      pieces.push(text.slice(from, at));
      from = end;
    }
    at = end;
  }
  return [...pieces, text.slice(from)];
}

function namesOf(text: string): string[] {
  return text.split(' ').map((pair) => pair.split('=')[0]!);
}

/** Dice's coefficient of two sets of words. */
function inCommon(a: Set<string> | undefined, b: Set<string> | undefined): number {
  if (!a || !b || a.size + b.size === 0) return 0;
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  // Even all of the smaller set would not do.
  if ((2 * small.size) / (a.size + b.size) < alike) return 0;
  let shared = 0;
  for (const word of small) if (large.has(word)) shared++;
  return (2 * shared) / (a.size + b.size);
}
