/** Reading YAML into typed values, with the line and column of whatever does not fit. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { SourceError } from '../types.ts';

/** Turns a node into a value, or fails with its place. */
export type Read<T> = (node: Node | null, at: Place) => T;

/** Where an error is said to be. */
export interface Place {
  file: string;
  lines: LineCounter;
  document: Document;
  /** The nearest node that has a position. */
  node: Node | null;
  /** Dotted path, for the message. */
  path: string;
  aliases: { left: number };
}

/** Parses one YAML document. @throws SourceError `FILE:LINE:COLUMN: what`. */
export function readYaml<T>(text: string, file: string, read: Read<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: false });
  const place: Place = { file, lines, document, node: document.contents, path: '', aliases: { left: 1000 } };
  const error = document.errors[0] ?? document.warnings[0];
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new SourceError(`${file}:${line}:${col}: ${reason(error.message)}`);
  }
  return read(document.contents, place);
}

/** The parser's own first line. It recurses, and says of a document that nests too deep what Node says of it. */
function reason(message: string): string {
  if (/call stack/i.test(message)) return 'the file nests too deep';
  return message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');
}

/** A failure at a node. */
export function misfit(node: Node | null, at: Place, message: string): SourceError {
  const range = node?.range ?? at.node?.range;
  const { line, col } = at.lines.linePos(range ? range[0] : 0);
  return new SourceError(`${at.file}:${line}:${col}: ${at.path ? `${at.path} ` : 'the file '}${message}`);
}

/** Text; numbers and dates must be quoted to be it. */
export const string: Read<string> = (node, at) => {
  const value = scalar(node, at);
  if (typeof value !== 'string') throw misfit(node, at, 'must be text: put it in quotes');
  return value;
};

/** A whole number, 0 or more. */
export const whole: Read<number> = (node, at) => {
  const value = scalar(node, at);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw misfit(node, at, 'must be a whole number, 0 or more');
  return value;
};

/** Permission bits in quotes: bare `0755` is the decimal 755 in YAML 1.2. */
export const mode: Read<number> = (node, at) => {
  const value = scalar(node, at);
  if (typeof value !== 'string' || !/^0?[0-7]{1,4}$/.test(value))
    throw misfit(node, at, 'must be an octal mode in quotes, such as "0755" or "4755"');
  return Number.parseInt(value, 8);
};

/** Bytes, as a number or with kB, MB, GB, KiB, MiB, GiB. */
export const bytes: Read<number> = (node, at) => {
  const value = scalar(node, at);
  const match = /^(\d{1,10})(?:\.(\d{1,3}))? ?(B|kB|KB|MB|GB|KiB|MiB|GiB)?$/.exec(String(value));
  if (!match) throw misfit(node, at, 'must be a size, such as 512, 20kB or 2MB');
  const units: Record<string, number> = {
    B: 1,
    kB: 1e3,
    KB: 1e3,
    MB: 1e6,
    GB: 1e9,
    KiB: 2 ** 10,
    MiB: 2 ** 20,
    GiB: 2 ** 30,
  };
  return Math.round(Number(`${match[1]}.${match[2] ?? 0}`) * units[match[3] ?? 'B']!);
};

/** One of these words. */
export function oneOf<T extends string>(...values: T[]): Read<T> {
  return (node, at) => {
    const value = scalar(node, at);
    if (!values.includes(value as T)) throw misfit(node, at, `must be one of ${values.join(', ')}`);
    return value as T;
  };
}

/** A sequence of one kind. */
export function list<T>(item: Read<T>): Read<T[]> {
  return (written, at) => {
    const node = followed(written, at);
    if (!isSeq(node)) throw misfit(node, at, 'must be a list');
    return node.items.map((member, i) =>
      item(member as Node, { ...at, node: member as Node, path: `${at.path}[${i}]` }),
    );
  };
}

/** Keys that the author chooses; in the order written. */
export function record<T>(value: Read<T>): Read<Map<string, T>> {
  return (written, at) => {
    const result = new Map<string, T>();
    for (const [key, member, inside] of pairs(written, at)) result.set(key, value(member, inside));
    return result;
  };
}

/** Keys that are known; any other is an error. */
export function object<T extends object>(
  fields: { [K in keyof Required<T>]: Read<NonNullable<T[K]>> },
): Read<Partial<T>> {
  return (written, at) => {
    const result: Partial<T> = {};
    for (const [key, member, inside] of pairs(written, at)) {
      if (!Object.hasOwn(fields, key)) {
        throw misfit(
          inside.node,
          at,
          `has no field ${JSON.stringify(key)}; it may have: ${Object.keys(fields).join(', ')}`,
        );
      }
      result[key as keyof T] = fields[key as keyof T](member, inside) as T[keyof T];
    }
    return result;
  };
}

/** Text where the node is a scalar, else what `other` reads. */
export function textOr<A, B>(text: Read<A>, other: Read<B>): Read<A | B> {
  return (written, at) => {
    const node = followed(written, at);
    return isScalar(node) && node.value !== null ? text(node, at) : other(node, at);
  };
}

function* pairs(written: Node | null, at: Place): Generator<[string, Node | null, Place]> {
  const node = followed(written, at);
  if (node === null || (isScalar(node) && node.value === null)) return;
  if (!isMap(node)) throw misfit(node, at, 'must be a map of names to values');
  for (const pair of node.items) {
    const keyNode = pair.key as Node;
    const key = isScalar(keyNode) ? keyNode.value : undefined;
    if (typeof key !== 'string' && typeof key !== 'number') throw misfit(keyNode, at, 'has a key that is not text');
    yield [
      String(key),
      pair.value as Node | null,
      { ...at, node: keyNode, path: at.path ? `${at.path}.${key}` : String(key) },
    ];
  }
}

function scalar(written: Node | null, at: Place): unknown {
  const node = followed(written, at);
  if (!isScalar(node)) throw misfit(node, at, 'must be a single value');
  return node.value;
}

function followed(node: Node | null, at: Place): Node | null {
  if (!isAlias(node)) return node;
  if (--at.aliases.left < 0) throw misfit(node, at, 'uses too many aliases');
  const target = node.resolve(at.document);
  if (!target) throw misfit(node, at, 'is an alias of nothing');
  return target as Node;
}
