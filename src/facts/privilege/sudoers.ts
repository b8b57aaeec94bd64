/** sudoers(5) and doas.conf(5): who may become whom, with what, and whether a password is asked for. */
import type { LayerCollector } from '../../image/collector.ts';
import { detach, lines, utf8 } from '../text.ts';

/** One grant: line, identities (`app`, `%group`, `#1000`, `ALL`), target users (none: root), no password, commands (none: any). */
export interface Grant {
  l: number;
  u: string[];
  r: string[];
  n?: true;
  c: string[];
}
/** One file: aliases by kind and name, folders that it reads too, no password for anybody, what it grants. */
export interface SudoFile {
  a: ['U' | 'R' | 'C', string, string[]][];
  i: string[];
  d?: true;
  g: Grant[];
  cut?: true;
}

const fileBytes = 256 * 1024;
/** Per file; more is no configuration of anybody's. */
const grantLimit = 1000;
const listLimit = 256;
const textLimit = 256;

/** Keeps the grants of sudo and doas. */
export const sudoersCollector: LayerCollector<SudoFile> = {
  id: 'sudoers',
  version: 2,
  wants: ({ path, type }) =>
    type === 'file' && /(^|\/)etc\/(sudoers|sudoers\.d\/[^/]+|doas\.conf|doas\.d\/[^/]+)$/.test(path.slice(-120))
      ? { kind: 'whole', limit: fileBytes }
      : undefined,
  take: ({ path }, { bytes, truncated }) => {
    const text = utf8(bytes);
    const file = path.includes('/doas.') ? parseDoas(text) : parseSudoers(text);
    if (truncated) file.cut = true;
    return file.g.length > 0 || file.i.length > 0 || file.a.length > 0 || file.d ? file : undefined;
  },
};

const aliasKinds: Record<string, 'U' | 'R' | 'C'> = {
  User_Alias: 'U',
  Runas_Alias: 'R',
  Cmnd_Alias: 'C',
  Cmd_Alias: 'C',
};

/** sudoers(5). What is not understood grants nothing here. */
export function parseSudoers(text: string): SudoFile {
  const file: SudoFile = { a: [], i: [], g: [] };
  for (const { line, number } of joined(text)) {
    const include = /^[#@]include(?:dir)?\s+"?([^"\s]{1,256})/.exec(line);
    if (include) {
      if (file.i.length < listLimit) file.i.push(detach(include[1]!));
      continue;
    }
    // `#1000` is a uid, any other # begins a comment.
    const plain = before(line, /(?:^|\s)#(?!\d)/).trim();
    if (plain === '') continue;
    const word = /^\S+/.exec(plain)![0];
    if (word.startsWith('Defaults')) {
      if (word === 'Defaults' && /[\s,]!authenticate\b/.test(plain)) file.d = true;
      continue;
    }
    if (/^\w+_Alias$/.test(word)) readAliases(file, word, plain.slice(word.length));
    else readGrants(file, plain, number);
    if (file.g.length >= grantLimit) {
      file.cut = true;
      break;
    }
  }
  return file;
}

/** `permit [nopass persist keepenv setenv {…}] who [as target] [cmd command [args …]]`, doas.conf(5). */
export function parseDoas(text: string): SudoFile {
  const file: SudoFile = { a: [], i: [], g: [] };
  for (const { line, number } of joined(text)) {
    const words = withoutBraces(before(line, /#/)).trim().split(/\s+/, 64);
    if (words[0] !== 'permit' || file.g.length >= grantLimit) continue;
    let at = 1;
    let free = false;
    for (; /^(?:nopass|nolog|persist|keepenv|setenv)$/.test(words[at] ?? ''); at++) free ||= words[at] === 'nopass';
    const who = words[at];
    if (!who) continue;
    const as = words.indexOf('as', at + 1);
    const cmd = words.indexOf('cmd', at + 1);
    file.g.push({
      l: number,
      u: [short(who.startsWith(':') ? `%${who.slice(1)}` : who)],
      r: as > 0 && words[as + 1] ? [short(words[as + 1]!)] : [],
      ...(free && { n: true as const }),
      c: cmd > 0 && words[cmd + 1] ? [short(words[cmd + 1]!)] : [],
    });
  }
  return file;
}

/** Lines with their continuations, and the number of the first. */
function* joined(text: string): IterableIterator<{ line: string; number: number }> {
  let number = 0;
  let begun = 0;
  let held = '';
  for (const raw of lines(text)) {
    number++;
    if (held === '') begun = number;
    if (raw.endsWith('\\') && held.length + raw.length < 64 * 1024) {
      held += `${raw.slice(0, -1)} `;
      continue;
    }
    yield { line: (held + raw).slice(0, 64 * 1024).trim(), number: begun };
    held = '';
  }
  if (held !== '') yield { line: held.trim(), number: begun };
}

function readAliases(file: SudoFile, word: string, rest: string): void {
  const kind = aliasKinds[word];
  if (!kind) return;
  for (const definition of rest.split(/\s:\s/, listLimit)) {
    const found = /^\s*([A-Z][A-Z0-9_]{0,63})\s*=(.*)$/.exec(definition);
    if (found && file.a.length < listLimit) file.a.push([kind, detach(found[1]!), listOf(found[2]!)]);
  }
}

/** `users hosts = (runas) TAG: command, command : hosts = …` */
function readGrants(file: SudoFile, line: string, number: number): void {
  const equals = line.indexOf('=');
  if (equals < 0) return;
  const users = listOf(usersOf(line.slice(0, equals).trim()));
  for (const [i, part] of line
    .slice(equals + 1)
    .split(/\s:\s/, listLimit)
    .entries()) {
    const spec = i === 0 ? part : part.slice(part.indexOf('=') + 1);
    // Target and tags hold until the next ones.
    let runas: string[] = [];
    let free = false;
    for (const item of itemsOf(spec)) {
      let rest = item.trim();
      const target = /^\(([^)]{0,256})\)/.exec(rest);
      if (target) {
        runas = listOf(target[1]!.split(':', 1)[0]!);
        rest = rest.slice(target[0].length).trim();
      }
      for (let tag = /^([A-Z_]{1,20})\s*:\s*/.exec(rest); tag; tag = /^([A-Z_]{1,20})\s*:\s*/.exec(rest)) {
        if (tag[1] === 'NOPASSWD') free = true;
        else if (tag[1] === 'PASSWD') free = false;
        rest = rest.slice(tag[0].length);
      }
      if (rest === '' || rest.startsWith('!') || file.g.length >= grantLimit) continue;
      const command = rest === 'ALL' ? [] : [short(rest.split(/\s+/, 1)[0]!)];
      file.g.push({ l: number, u: users, r: runas, ...(free && { n: true as const }), c: command });
    }
  }
}

/** The text in front of the first match, or all of it. */
function before(text: string, mark: RegExp): string {
  const at = text.search(mark);
  return at < 0 ? text : text.slice(0, at);
}

/** Without `{…}`; a brace that is not closed stays. */
function withoutBraces(text: string): string {
  let out = '';
  let at = 0;
  for (let open = text.indexOf('{'); open >= 0; open = text.indexOf('{', at)) {
    const close = text.indexOf('}', open);
    if (close < 0) break;
    out += `${text.slice(at, open)} `;
    at = close + 1;
  }
  return out + text.slice(at);
}

/** The list at the beginning of a grant: it ends at the first space that is not beside a comma. */
function usersOf(text: string): string {
  for (const { 0: gap, index } of text.matchAll(/\s+/g))
    if (text[index - 1] !== ',' && text[index + gap.length] !== ',') return text.slice(0, index);
  return text;
}

/** Parted by commas that are not escaped and not within the brackets of a target. */
function itemsOf(text: string): string[] {
  const items: string[] = [];
  let start = 0;
  let within = false;
  for (let i = 0; i < text.length && items.length < listLimit; i++) {
    const character = text[i];
    if (character === '\\') i++;
    else if (character === '(') within = true;
    else if (character === ')') within = false;
    else if (character === ',' && !within) {
      items.push(text.slice(start, i));
      start = i + 1;
    }
  }
  if (items.length < listLimit) items.push(text.slice(start));
  return items;
}

function listOf(text: string): string[] {
  return text
    .split(',', listLimit)
    .map((item) => short(item.trim()))
    .filter((item) => item !== '' && !item.startsWith('!'));
}

function short(text: string): string {
  return detach(text.slice(0, textLimit).replace(/^"|"$/g, ''));
}
