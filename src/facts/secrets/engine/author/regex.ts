/** What can be said of a pattern without running it. */
import type { Node } from './pattern.ts';

/** Fewest and most characters that a node can match. */
export function lengths(node: Node): { min: number; max: number } {
  if (node.type === 'set') return { min: 1, max: 1 };
  if (node.type === 'group') return lengths(node.item);
  if (node.type === 'repeat') {
    const { min, max } = lengths(node.item);
    return { min: min * node.min, max: max * node.max };
  }
  const parts = (node.type === 'sequence' ? node.items : node.options).map(lengths);
  if (node.type === 'sequence') {
    return { min: parts.reduce((sum, { min }) => sum + min, 0), max: parts.reduce((sum, { max }) => sum + max, 0) };
  }
  return { min: Math.min(...parts.map(({ min }) => min)), max: Math.max(...parts.map(({ max }) => max)) };
}

/** The characters that a match can begin with; those behind an optional part are among them. */
export function firstSet(node: Node): Set<number> {
  return edgeSet(node, 'first');
}

/** The characters that a match can end with. */
export function lastSet(node: Node): Set<number> {
  return edgeSet(node, 'last');
}

/** Every character that a node can match anywhere. */
export function allSet(node: Node): Set<number> {
  if (node.type === 'set') return new Set(node.set);
  if (node.type === 'group' || node.type === 'repeat') return allSet(node.item);
  const parts = node.type === 'sequence' ? node.items : node.options;
  return union(parts.map(allSet));
}

/** Every text that a match can begin with, `length` characters long; undefined where there are more than `most`. */
export function prefixes(node: Node, length: number, most = 64): string[] | undefined {
  let heads = [''];
  for (const item of flatten(node)) {
    const missing = length - Math.min(...heads.map((head) => head.length));
    if (missing <= 0) break;
    const parts = expand(item, missing, most);
    if (!parts) return undefined;
    const next = new Set<string>();
    for (const head of heads) {
      if (head.length >= length) next.add(head.slice(0, length));
      else for (const part of parts) next.add((head + part).slice(0, length));
    }
    if (next.size > most) return undefined;
    heads = [...next];
  }
  return heads;
}

/** The pattern of a node again, with nothing left that an engine could read otherwise (`\s`, negated classes). */
export function printPattern(node: Node): string {
  switch (node.type) {
    case 'set':
      return node.set.size === 1 ? literal([...node.set][0]!) : classText(node.set);
    case 'sequence':
      return node.items.map(printPattern).join('');
    case 'choice':
      return node.options.map(printPattern).join('|');
    case 'group':
      return `(${node.name ? `?<${node.name}>` : '?:'}${printPattern(node.item)})`;
    case 'repeat': {
      const count =
        node.min === 0 && node.max === 1 ? '?' : node.min === node.max ? `{${node.min}}` : `{${node.min},${node.max}}`;
      return printPattern(node.item) + count;
    }
  }
}

/** A class in the notation of a pattern. */
export function classText(set: Iterable<number>): string {
  const codes = [...set].sort((a, b) => a - b);
  const show = (code: number) =>
    /[\w]/.test(String.fromCharCode(code)) ? String.fromCharCode(code) : `\\x${code.toString(16).padStart(2, '0')}`;
  let text = '';
  for (let i = 0; i < codes.length; ) {
    let j = i;
    while (codes[j + 1] === codes[j]! + 1) j++;
    text +=
      j - i > 1
        ? `${show(codes[i]!)}-${show(codes[j]!)}`
        : codes
            .slice(i, j + 1)
            .map(show)
            .join('');
    i = j + 1;
  }
  return `[${text}]`;
}

function literal(code: number): string {
  const char = String.fromCharCode(code);
  return /[\w\-:;,/&=~@%<>"'!# ]/.test(char) ? char : `\\${char}`;
}

function union(sets: Iterable<ReadonlySet<number>>): Set<number> {
  const sum = new Set<number>();
  for (const set of sets) for (const code of set) sum.add(code);
  return sum;
}

function edgeSet(node: Node, edge: 'first' | 'last'): Set<number> {
  if (node.type === 'set') return new Set(node.set);
  if (node.type === 'group' || node.type === 'repeat') return edgeSet(node.item, edge);
  if (node.type === 'choice') {
    return union(node.options.map((option) => edgeSet(option, edge)));
  }
  const sets: Set<number>[] = [];
  for (const item of edge === 'first' ? node.items : node.items.toReversed()) {
    sets.push(edgeSet(item, edge));
    if (lengths(item).min > 0) break;
  }
  return union(sets);
}

function flatten(node: Node): Node[] {
  if (node.type === 'group') return flatten(node.item);
  if (node.type === 'sequence') return node.items.flatMap(flatten);
  return [node];
}

/** Texts of a node, each cut at `length`. */
function expand(node: Node, length: number, most: number): string[] | undefined {
  if (node.type === 'set') {
    return node.set.size > most ? undefined : [...node.set].map((code) => String.fromCharCode(code));
  }
  if (node.type === 'group') return expand(node.item, length, most);
  if (node.type === 'sequence') return prefixes(node, length, most);
  if (node.type === 'choice') {
    const parts = node.options.map((option) => expand(option, length, most));
    return parts.some((part) => !part) ? undefined : parts.flatMap((part) => part!);
  }
  const sum = new Set<string>();
  for (let count = node.min; count <= Math.min(node.max, node.min + length); count++) {
    const items = Array.from({ length: Math.min(count, length) }, () => node.item);
    const parts = count === 0 ? [''] : prefixes({ type: 'sequence', items }, length, most);
    if (!parts) return undefined;
    for (const part of parts) sum.add(part);
  }
  return [...sum];
}
