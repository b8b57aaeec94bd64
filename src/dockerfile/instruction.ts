/** One joined line to one instruction, with what the builder refuses in it. */
import type { LogicalLine } from './lines.ts';
import type { ErrorCode, Flag, Instruction, Keyword, Word } from './model.ts';
import { readMount } from './mount.ts';
import { type SourceText, skipSpace } from './source.ts';
import { clip, readJson, readPairs, splitBlanks, splitInstruction, splitPair, splitQuoted } from './words.ts';

/** Reports a fault at an offset of the joined line. */
export type Report = (code: ErrorCode, message: string, at: number) => void;

/** Reads a line; `from` is where the instruction begins in it (behind ONBUILD for a trigger). */
export function readInstruction(
  line: LogicalLine,
  from: number,
  escapeChar: '\\' | '`',
  source: SourceText,
  place: { index: number; stage: number },
  report: Report,
): Instruction {
  const { text } = line;
  const tail = splitInstruction(text.slice(from));
  const name = move(tail.name, from);
  const rest = move(tail.rest, from);
  const flags = tail.flags.map((flag) => move(flag, from));
  const keyword = name.text.toUpperCase();
  const instruction: Instruction = {
    ...place,
    keyword,
    name,
    line,
    range: source.range(line.start, line.end),
    flags,
    rest,
    args: [],
    json: false,
    pairs: [],
    mounts: [],
    values: [],
    heredocs: [],
    invalid: false,
    comments: line.comments,
    locate: (span) =>
      source.range(line.map.origin(span.start), line.map.origin(span.end, span.end > span.start ? 'end' : 'start')),
  };
  const refuse: Report = (code, message, at) => {
    instruction.invalid = true;
    report(code, message, at);
  };
  const shape = shapes.get(keyword as Keyword);
  if (!shape) {
    const near = nearest(keyword);
    const hint = near ? ` Did you mean ${near}?` : '';
    refuse('unknown-instruction', `"${clip(name.text)}" is no instruction.${hint}`, name.start);
    return instruction;
  }
  checkFlags(keyword, flags, shape.flags, refuse);
  readArguments(instruction, shape.form, escapeChar, refuse);
  // A trigger's own trigger is refused, so it is not read: the line may nest as deep as it is long.
  if (keyword === 'ONBUILD' && rest.text !== '' && from === 0) {
    const trigger = readInstruction(line, rest.start, escapeChar, source, place, refuse);
    instruction.trigger = trigger;
    if (trigger.keyword === 'ONBUILD') refuse('arguments', 'ONBUILD cannot defer another ONBUILD.', trigger.name.start);
    if (trigger.keyword === 'FROM' || trigger.keyword === 'MAINTAINER') {
      refuse('arguments', `ONBUILD cannot defer ${trigger.keyword}.`, trigger.name.start);
    }
  }
  if (keyword === 'RUN') {
    for (const flag of flags.filter((item) => item.name === 'mount' && item.value !== undefined)) {
      const mount = readMount(flag);
      if (typeof mount === 'string') refuse('mount', mount, flag.start);
      else instruction.mounts.push(mount);
    }
  }
  return instruction;
}

/** How arguments are split, and which flags are known: `b` boolean, `s` one value, `m` many. */
interface Shape {
  form: 'words' | 'list' | 'shell' | 'string' | 'pairs' | 'arg' | 'health' | 'trigger';
  flags: Record<string, 'b' | 's' | 'm'>;
}

const copyFlags = { chown: 's', chmod: 's', link: 'b', exclude: 'm' } as const;
const shapes = new Map<Keyword, Shape>([
  ['ADD', { form: 'list', flags: { ...copyFlags, 'keep-git-dir': 'b', checksum: 's', unpack: 'b' } }],
  ['ARG', { form: 'arg', flags: {} }],
  ['CMD', { form: 'shell', flags: {} }],
  ['COPY', { form: 'list', flags: { ...copyFlags, from: 's', parents: 'b' } }],
  ['ENTRYPOINT', { form: 'shell', flags: {} }],
  ['ENV', { form: 'pairs', flags: {} }],
  ['EXPOSE', { form: 'words', flags: {} }],
  ['FROM', { form: 'words', flags: { platform: 's' } }],
  [
    'HEALTHCHECK',
    {
      form: 'health',
      flags: { interval: 's', timeout: 's', 'start-period': 's', 'start-interval': 's', retries: 's' },
    },
  ],
  ['LABEL', { form: 'pairs', flags: {} }],
  ['MAINTAINER', { form: 'string', flags: {} }],
  ['ONBUILD', { form: 'trigger', flags: {} }],
  ['RUN', { form: 'shell', flags: { mount: 'm', network: 's', security: 's', device: 'm' } }],
  ['SHELL', { form: 'shell', flags: {} }],
  ['STOPSIGNAL', { form: 'string', flags: {} }],
  ['USER', { form: 'string', flags: {} }],
  ['VOLUME', { form: 'list', flags: {} }],
  ['WORKDIR', { form: 'string', flags: {} }],
]);

function readArguments(instruction: Instruction, form: Shape['form'], escapeChar: string, refuse: Report): void {
  const { rest, line } = instruction;
  const whole = rest.text === '' ? [] : [rest];
  if (form === 'words') instruction.args = splitBlanks(line.text, rest.start, rest.end);
  else if (form === 'string' || form === 'trigger') instruction.args = whole;
  else if (form === 'list')
    instruction.args = json(instruction, rest, refuse) ?? splitBlanks(line.text, rest.start, rest.end);
  else if (form === 'shell') instruction.args = json(instruction, rest, refuse) ?? whole;
  else if (form === 'health') {
    const type = splitBlanks(line.text, rest.start, rest.end)[0];
    if (!type) return;
    const start = skipSpace(line.text, type.end, rest.end);
    const command = { text: line.text.slice(start, rest.end), start, end: rest.end };
    instruction.args = [type, ...(json(instruction, command, refuse) ?? (command.text === '' ? [] : [command]))];
  } else if (form === 'pairs') {
    const { pairs, error } = readPairs(line.text, rest, escapeChar, instruction.keyword);
    instruction.pairs = pairs;
    if (error) refuse('arguments', error.message, error.at);
  } else {
    for (const item of splitQuoted(line.text, rest.start, rest.end, escapeChar)) {
      const pair = splitPair(item);
      if (pair.name.text === '') refuse('arguments', 'ARG needs a name before "=".', item.start);
      else instruction.pairs.push(pair);
    }
  }
}

function json(instruction: Instruction, rest: Word, refuse: Report): Word[] | undefined {
  const words = readJson(rest);
  if (words === 'none') return undefined;
  instruction.json = true;
  if (words !== 'mixed') return words;
  refuse('json', 'A JSON array here holds strings and nothing else; put each element in double quotes.', rest.start);
  return [];
}

function checkFlags(keyword: string, flags: Flag[], known: Shape['flags'], refuse: Report): void {
  const seen = new Set<string>();
  for (const flag of flags) {
    const kind = Object.hasOwn(known, flag.name) ? known[flag.name] : undefined;
    const shown = `--${clip(flag.name)}`;
    if (!kind) {
      const names = Object.keys(known).map((name) => `--${name}`);
      const hint = names.length > 0 ? `; known are ${names.join(', ')}` : '';
      refuse('flag', `${keyword} has no flag ${shown}${hint}.`, flag.start);
    } else if (kind !== 'm' && seen.has(flag.name)) refuse('flag', `${keyword} takes ${shown} once.`, flag.start);
    else if (kind === 'b' && flag.value !== undefined && !/^(true|false)$/i.test(flag.value)) {
      refuse('flag', `${shown} takes true or false.`, flag.start);
    } else if (kind !== 'b' && flag.value === undefined) {
      refuse('flag', `${shown} needs a value: ${shown}=….`, flag.start);
    }
    seen.add(flag.name);
  }
}

function move<T extends { start: number; end: number }>(span: T, by: number): T {
  return by === 0 ? span : { ...span, start: span.start + by, end: span.end + by };
}

/** The keyword one or two slips away from an unknown word. */
function nearest(word: string): string | undefined {
  if (word.length > 14) return undefined;
  for (const keyword of shapes.keys()) {
    if (Math.abs(keyword.length - word.length) > 2) continue;
    let row = Array.from({ length: word.length + 1 }, (_, i) => i);
    for (let i = 1; i <= keyword.length; i++) {
      const next = [i];
      for (let j = 1; j <= word.length; j++) {
        const same = keyword[i - 1] === word[j - 1] ? 0 : 1;
        next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + same);
      }
      row = next;
    }
    if (row[word.length]! <= (keyword.length > 4 ? 2 : 1)) return keyword;
  }
  return undefined;
}
