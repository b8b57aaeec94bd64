/** YAML that remembers where everything stood. Heavy (loads `yaml`): import it only where a YAML file is really read. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { RulesetError } from '../types.ts';

const largest = 1024 * 1024;
const deepest = 24;

export type Path = readonly (string | number)[];

export interface YamlFile {
  value: unknown;
  /** Ends the run with the file, line and column of the key or value at `path`, or of the nearest thing above it. */
  fail(path: Path, message: string, at?: 'key' | 'value'): never;
  /** The same for a place inside of a text, so many characters from its start, with the line and a caret below the place. */
  failIn(path: Path, index: number, message: string): never;
  /** Line of the key at a path. */
  line(path: Path): number;
  /** The value at a path as YAML of its own, with blanks in front so that places in it are places of the file. */
  slice(path: Path): string;
  /** Byte-exact order of places in the file, to report the first of several faults. */
  offset(path: Path, at?: 'key' | 'value'): number;
}

/** Reads one YAML document. Duplicate keys, aliases, keys that are not text, unknown tags and deep nesting are refused. */
export function readYaml(text: string, file: string): YamlFile {
  if (text.length > largest) {
    throw new RulesetError(`${file}: the file has more than ${largest} characters; split it into several rulesets`);
  }
  const lines = new LineCounter();
  const refuse = (offset: number, message: string): never => {
    const { line, col } = lines.linePos(offset);
    throw new RulesetError(`${file}:${line}:${col}: ${message}`);
  };
  const document = parse(text, file, lines);
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault) refuse(fault.pos[0], explain(fault.code, fault.message));
  if (document.contents) refuseUnusual(document.contents as Node, refuse);
  const offset = (path: Path, at: 'key' | 'value' = 'value') => locate(document, path, at);
  return {
    value: document.toJS(),
    offset,
    line: (path) => lines.linePos(offset(path, 'key')).line,
    slice(path) {
      const node = document.getIn(path, true) as Node | undefined;
      const [start = 0, end = start] = node?.range ?? [];
      const { line, col } = lines.linePos(start);
      return `${'\n'.repeat(line - 1)}${' '.repeat(col - 1)}${text.slice(start, end)}\n`;
    },
    fail: (path, message, at) => refuse(offset(path, at), path.length > 0 ? `${pathText(path)}: ${message}` : message),
    failIn(path, index, message) {
      const { line, col } = lines.linePos(placeIn(text, offset(path), valueAt(document, path), index));
      throw new RulesetError(
        `${file}:${line}:${col}: ${pathText(path)}: ${message}`,
        excerpt(text.slice(lines.lineStarts[line - 1]), line, col),
      );
    },
  };
}

function parse(text: string, file: string, lineCounter: LineCounter): Document {
  try {
    return parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      uniqueKeys: true,
      schema: 'core',
      resolveKnownTags: false,
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RulesetError(`${file}: the YAML is nested too deeply to read; flatten it`);
  }
}

function explain(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key is given twice; keep one of them';
  if (code === 'MULTIPLE_DOCS') return 'the file holds several YAML documents; keep one per file';
  if (code === 'TAB_AS_INDENT') return 'YAML is not indented with tabs; use spaces';
  return `this is not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

/** Walks without recursion: what comes after may recurse, because depth is bounded here. */
function refuseUnusual(root: Node, refuse: (offset: number, message: string) => never): void {
  const pending: { node: unknown; depth: number }[] = [{ node: root, depth: 1 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, depth } = next;
    const offset = (node as Node | null)?.range?.[0] ?? 0;
    if (isAlias(node)) refuse(offset, 'aliases are not read here; write the value out');
    if (depth > deepest) refuse(offset, `the YAML is nested more than ${deepest} deep; flatten it`);
    if (isSeq(node)) for (const item of node.items) pending.push({ node: item, depth: depth + 1 });
    if (!isMap(node)) continue;
    for (const { key, value } of node.items as Pair[]) {
      const keyOffset = (key as Node | null)?.range?.[0] ?? offset;
      if (!isScalar(key) || typeof key.value !== 'string') refuse(keyOffset, 'a key must be text; put it in quotes');
      else if (key.value === '__proto__') refuse(keyOffset, '__proto__ is not a name for a field; choose another');
      pending.push({ node: value, depth: depth + 1 });
    }
  }
}

/** Offset of the key or value at a path; where the path leads nowhere, of the deepest part that exists. */
function locate(document: Document, path: Path, at: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = (node as Node | null)?.range?.[0] ?? 0;
  for (const [i, step] of path.entries()) {
    let next: unknown;
    let key: unknown;
    if (isMap(node)) {
      const pair = (node.items as Pair[]).find((p) => isScalar(p.key) && p.key.value === step);
      next = pair?.value;
      key = pair?.key;
    } else if (isSeq(node) && typeof step === 'number') next = node.items[step];
    const last = i === path.length - 1;
    const found = (last && at === 'key' ? key : next) ?? key ?? next;
    const start = (found as Node | undefined)?.range?.[0];
    if (start === undefined) return offset;
    offset = start;
    node = next;
  }
  return offset;
}

/**
 * Offset of a character of a text's value in the file, where it may be quoted, folded, indented or behind a `|`. A blank stands
 * for any run of blanks; what is escaped is found at its end.
 */
function placeIn(text: string, start: number, value: string, index: number): number {
  // The header of a block has no part of the value.
  let at = /^[|>]/.test(text.slice(start, start + 1)) ? text.indexOf('\n', start) + 1 : start;
  if (/^["']/.test(text.slice(start, start + 1))) at++;
  for (let i = 0; ; i++) {
    const wanted = value[i];
    if (wanted === undefined) return Math.min(at, text.length);
    if (/\s/.test(wanted)) {
      if (i === index) return at;
      while (/\s/.test(value[i + 1] ?? '')) i++;
      while (/\s/.test(text[at] ?? '')) at++;
      if (i >= index) return at;
      continue;
    }
    const found = text.indexOf(wanted, at);
    if (found < 0) return at;
    if (i === index) return found;
    at = found + 1;
  }
}

function valueAt(document: Document, path: Path): string {
  const value: unknown = document.getIn(path);
  return typeof value === 'string' ? value : '';
}

const widest = 200;

/** The line, and a caret below the column; of a long line what is around it. */
function excerpt(from: string, line: number, column: number): [string, string] {
  const whole = /^[^\r\n]*/.exec(from)![0];
  const cut = Math.max(0, column - 1 - widest / 2);
  const head = `  ${line} | ${cut > 0 ? '…' : ''}`;
  const shown = whole.slice(cut, cut + widest).replace(/\t/g, ' ');
  return [`${head}${shown}${cut + widest < whole.length ? '…' : ''}`, `${' '.repeat(head.length + column - 1 - cut)}^`];
}

function pathText(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}
