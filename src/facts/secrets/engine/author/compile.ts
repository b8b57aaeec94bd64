/** Formats as people write them to formats as the engine runs them, every one checked on the way. */
import { createHash } from 'node:crypto';
import { checks } from '../checks.ts';
import { keywordUses } from '../data.ts';
import type { SecretFormat } from '../format.ts';
import { readers } from '../readers.ts';
import { leadOf } from './lead.ts';
import { countSteps, hostileTexts, shapeFaults } from './linear.ts';
import { type Node, parsePattern } from './pattern.ts';
import { planWindows } from './plan.ts';
import { classText, lastSet, lengths, prefixes, printPattern } from './regex.ts';
import type { FormatEntry, FormatFile, KnownFile } from './schema.ts';

/** What the tests need of a format beside the format itself. */
export interface Examples {
  id: string;
  field: string;
  ng: string[];
  ok: string[];
}

/** Most characters that a pattern may match; a JWT carries a document of its own. */
const longest = 420;
const longestOfJwt = 3000;
/** Steps that matching may take for each character of the text: a scan forward, a way back, and the branches. */
const stepsPerCharacter = 12;

/** What a reader looks at, where that is much or little: the budget of a file is charged with it. */
const readerSpan: Readonly<Record<string, number>> = { pem: 12_000, putty: 12_000, jwk: 5000, url: 40, generic: 60 };

/** The name of a field that holds a credential, where a format asks for nothing narrower. */
const credentialName = 'key|token|secret|pass|pwd|auth|cred|(?:^|[^a-z])pat(?:$|[^a-z])|dsn|hook|bearer|access|login';

/** Compiles one file. Throws an Error that names the format and what is wrong with it. */
export function compileFile(file: FormatFile): { formats: SecretFormat[]; examples: Examples[] } {
  const formats: SecretFormat[] = [];
  const examples: Examples[] = [];
  for (const group of file.groups) {
    for (const entry of group.formats) {
      try {
        formats.push(compileFormat(entry, group, file));
      } catch (error) {
        throw new Error(`${entry.id}: ${error instanceof Error ? error.message : error}`);
      }
      const provider = (entry.provider ?? group.provider).toUpperCase().replace(/[^A-Z0-9]+/g, '_');
      examples.push({ id: entry.id, field: entry.field ?? `${provider}_TOKEN`, ng: entry.ng, ok: entry.ok });
    }
  }
  return { formats, examples };
}

/** The public values as hashes, so that the program does not hold them as they are. */
export function compileKnown(known: KnownFile): { known: string[]; placeholders: string[] } {
  const hash = (value: string) => createHash('sha256').update(value, 'latin1').digest('hex').slice(0, 16);
  return { known: known.public.map(({ value }) => hash(value.replaceAll('~~', ''))), placeholders: known.placeholders };
}

/** The keyword filter's windows, base64. */
export function compilePlan(formats: readonly SecretFormat[]): string {
  return Buffer.from(planWindows(keywordUses(formats))).toString('base64');
}

function compileFormat(entry: FormatEntry, group: FormatFile['groups'][number], file: FormatFile): SecretFormat {
  const kind = entry.pattern !== undefined ? 'token' : entry.value !== undefined ? 'field' : 'code';
  if (entry.check !== undefined && !Object.hasOwn(checks, entry.check))
    throw new Error(`there is no check ${entry.check}`);
  if (entry.reader !== undefined && !Object.hasOwn(readers, entry.reader))
    throw new Error(`there is no reader ${entry.reader}`);
  if (entry.ng.length === 0 && entry.reader !== 'pem') throw new Error('it has no ng example');
  const source = entry.pattern ?? entry.value;
  const node = source === undefined ? undefined : parsePattern(source);
  const keywords = keywordsOf(entry, kind, node);
  if (node) checkPattern(node, kind === 'token' ? keywords : [''], entry.check === 'jwt' ? longestOfJwt : longest);
  const name = kind !== 'field' || entry.name === 'any' ? undefined : (entry.name ?? credentialName);
  const before = entry.before === undefined ? undefined : beforeOf(parsePattern(entry.before));
  const lead = kind === 'token' ? leadOf(node!, keywords) : undefined;
  const short = Math.min(...keywords.map(({ length }) => length)) < 5;
  return {
    id: entry.id,
    provider: entry.provider ?? group.provider,
    title: entry.title,
    kind,
    rule: entry.rule ?? file.rule,
    severity: entry.severity ?? group.severity ?? file.severity,
    confidence: entry.confidence ?? (kind === 'field' ? 'medium' : (file.confidence ?? 'high')),
    keywords,
    longest: node ? lengths(node).max : (readerSpan[entry.reader!] ?? 500),
    ...(node ? { pattern: printPattern(node) } : {}),
    ...(before ? { before } : {}),
    ...(lead ? { lead } : {}),
    ...(node && !entry.open ? { end: endOf(node) } : {}),
    ...(entry.left ? { anywhere: true } : {}),
    ...(name ? { name } : {}),
    ...(entry.check ? { check: entry.check } : {}),
    ...(entry.reader ? { reader: entry.reader } : {}),
    entropy: entry.entropy ?? (kind === 'field' ? 2.9 : kind === 'token' ? 2.6 : 0),
    ...(entry.repeats ? { repeats: true } : {}),
    ...((entry.wrapped ?? (kind === 'token' && !short && !before)) ? { wrapped: true } : {}),
    ...((entry.binary ?? (kind === 'token' || entry.reader === 'pem')) ? { binary: true } : {}),
    rotate: entry.rotate ?? group.rotate,
  };
}

/** The keywords that are given, or the literals that the pattern begins with; each is required by the pattern. */
function keywordsOf(entry: FormatEntry, kind: SecretFormat['kind'], node: Node | undefined): string[] {
  if (kind !== 'token') {
    const words = entry.keywords ?? [];
    if (words.length === 0) throw new Error('it has no keyword');
    const odd = words.find((word) => word !== word.toLowerCase() || word.length < 4);
    if (odd !== undefined) throw new Error(`the keyword ${odd} is not of at least four lower-case characters`);
    return kind === 'field' || entry.reader === 'generic' ? [...new Set(words.flatMap(spellings))] : words;
  }
  if (entry.keywords) {
    for (const word of entry.keywords) {
      if (!prefixes(node!, word.length, 4096)?.includes(word))
        throw new Error(`the pattern cannot begin with its keyword ${word}`);
    }
    const shortest = Math.min(...entry.keywords.map(({ length }) => length));
    const starts = prefixes(node!, shortest, 4096);
    const lost = starts?.find((start) => !entry.keywords!.some((word) => word.startsWith(start)));
    if (!starts || lost !== undefined)
      throw new Error(`the pattern can begin with ${lost ?? 'too much'}, which is no keyword`);
    return entry.keywords;
  }
  for (let length = 12; length >= 3; length--) {
    const starts = prefixes(node!, length, 12);
    if (starts?.every((start) => start.length >= 3))
      return starts.filter((a) => !starts.some((b) => b !== a && a.startsWith(b)));
  }
  throw new Error('the pattern does not begin with a literal of three characters; give its keywords');
}

/** A name is written api_key, api-key, api.key and apiKey. */
function spellings(word: string): string[] {
  const [, name, last] = /^(.*?)([_.-]?)$/.exec(word)!;
  const parts = name!.split(/(?<=[a-z0-9])[_.-]+(?=[a-z0-9])/);
  const names = ['_', '-', '.', ''].map((sign) => parts.join(sign));
  const ends = last === '' ? [''] : ['_', '-', '.'];
  return [word, ...names.flatMap((text) => ends.map((end) => text + end))];
}

function checkPattern(node: Node, starts: string[], most: number): void {
  const faults = shapeFaults(node, most);
  if (faults.length > 0) throw new Error(faults.join('; '));
  for (const start of starts) {
    for (const text of hostileTexts(node, start, lengths(node).max + 40)) {
      const { steps } = countSteps(node, text);
      const allowed = stepsPerCharacter * Math.min(text.length, lengths(node).max) + 500;
      if (steps > allowed)
        throw new Error(`it takes ${steps} steps on ${text.length} hostile characters; ${allowed} is the most`);
    }
  }
}

function beforeOf(node: Node): { set: string; min: number; max: number } {
  if (node.type !== 'repeat' || node.item.type !== 'set')
    throw new Error('`before` wants one class and how many of it');
  return { set: classText(node.item.set), min: node.min, max: node.max };
}

/** One more of what a value ends with, or of a word, would make it another value. */
function endOf(node: Node): string {
  const word = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'].map((char) => char.charCodeAt(0));
  const last = [...lastSet(node)].filter((code) => !`"'\`<>)]},;& \t`.includes(String.fromCharCode(code)));
  return classText(new Set([...word, ...last]));
}
