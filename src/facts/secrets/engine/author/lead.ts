/** What must follow a keyword, so that a candidate can be refused by its next bytes. */
import type { Node } from './pattern.ts';
import { classText, firstSet, lengths } from './regex.ts';

/** The class right behind every keyword and how often it comes at least, where there is one. */
export function leadOf(node: Node, keywords: string[]): { set: string; count: number } | undefined {
  const rests = keywords.map((word) => strip(node, word));
  const sets = rests.map((rest) => (rest && lengths(rest).min > 0 ? firstSet(rest) : undefined));
  if (sets.some((set) => !set)) return undefined;
  const sum = new Set(sets.flatMap((set) => [...set!]));
  const runs = rests.map((rest) => run(rest!, sum));
  return { set: classText(sum), count: Math.min(24, ...runs) };
}

/** How many characters of the set come first whatever else does. */
function run(node: Node, set: ReadonlySet<number>): number {
  if (node.type === 'set') return [...node.set].every((code) => set.has(code)) ? 1 : 0;
  if (node.type === 'group') return run(node.item, set);
  if (node.type === 'choice') return Math.min(...node.options.map((option) => run(option, set)));
  if (node.type === 'repeat')
    return (
      node.min * (run(node.item, set) === lengths(node.item).min ? lengths(node.item).min : 0) ||
      Math.min(1, node.min) * run(node.item, set)
    );
  let sum = 0;
  for (const item of node.items) {
    const { min, max } = lengths(item);
    const count = run(item, set);
    sum += count;
    if (count < min || min !== max) break;
  }
  return sum;
}

/** What is left of a pattern behind a literal; undefined where that is not simply told. */
function strip(node: Node, word: string): Node | undefined {
  if (word === '') return node;
  if (node.type === 'group') return strip(node.item, word);
  if (node.type === 'set')
    return word.length === 1 && node.set.has(word.charCodeAt(0)) ? { type: 'sequence', items: [] } : undefined;
  if (node.type === 'choice') {
    const rests = node.options.map((option) => strip(option, word)).filter((rest) => rest !== undefined);
    return rests.length === 0 ? undefined : rests.length === 1 ? rests[0] : { type: 'choice', options: rests };
  }
  if (node.type === 'repeat') return undefined;
  const [first, ...rest] = node.items;
  if (!first) return undefined;
  const { min, max } = lengths(first);
  if (min !== max) return undefined;
  if (min >= word.length) {
    const left = strip(first, word);
    return left && { type: 'sequence', items: [left, ...rest] };
  }
  return strip(first, word.slice(0, min)) && strip({ type: 'sequence', items: rest }, word.slice(min));
}
