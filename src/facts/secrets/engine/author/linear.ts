/**
 * Shows that a pattern cannot backtrack badly: by its shape, and by counting the steps of a matcher that tries
 * everything a backtracking engine would.
 */
import type { Node } from './pattern.ts';
import { allSet, firstSet, lengths } from './regex.ts';

/** What is wrong with a pattern's shape; empty where nothing is. */
export function shapeFaults(node: Node, longest: number): string[] {
  const faults: string[] = [];
  const { min, max } = lengths(node);
  if (max > longest) faults.push(`it can match ${max} characters; ${longest} is the most`);
  if (min === 0) faults.push('it can match nothing at all');
  visit(node, faults);
  return faults;
}

/**
 * Steps that a backtracking matcher takes on `text` from its beginning, cut at `limit`.
 * A step is one node tried at one place.
 */
export function countSteps(node: Node, text: string, limit = 1_000_000): { steps: number; matched: boolean } {
  let steps = 0;
  const run = (item: Node, at: number, next: (at: number) => boolean): boolean => {
    if (++steps > limit) return false;
    switch (item.type) {
      case 'set':
        return at < text.length && item.set.has(text.charCodeAt(at)) && next(at + 1);
      case 'group':
        return run(item.item, at, next);
      case 'choice':
        return item.options.some((option) => run(option, at, next));
      case 'sequence': {
        const from = (index: number, place: number): boolean =>
          index === item.items.length ? next(place) : run(item.items[index]!, place, (to) => from(index + 1, to));
        return from(0, at);
      }
      case 'repeat': {
        const { min, max } = item;
        // A class is run over at once, as an engine does, and given back one by one.
        if (item.item.type === 'set') {
          let end = at;
          while (end - at < max && end < text.length && item.item.set.has(text.charCodeAt(end))) end++;
          steps += end - at;
          for (let to = end; to >= at + min; to--) {
            if (++steps > limit) return false;
            if (next(to)) return true;
          }
          return false;
        }
        const more = (count: number, place: number): boolean =>
          (count < max && run(item.item, place, (to) => to > place && more(count + 1, to))) ||
          (count >= min && next(place));
        return more(0, at);
      }
    }
  };
  const matched = run(node, 0, () => true);
  return { steps, matched };
}

/** Texts that lead a matcher far before they fail: runs of what the pattern eats, ending in what it does not. */
export function hostileTexts(node: Node, start: string, length: number): string[] {
  const eaten = [...allSet(node)];
  const texts = new Set<string>();
  const stop = '\u0001';
  const fill = (unit: string) => unit.repeat(Math.ceil(length / Math.max(1, unit.length))).slice(0, length);
  for (const code of eaten) texts.add(start + fill(String.fromCharCode(code)) + stop);
  for (const code of eaten) texts.add(start + fill(start + String.fromCharCode(code)) + stop);
  texts.add(fill(start));
  texts.add(start + fill(eaten.map((code) => String.fromCharCode(code)).join('')) + stop);
  return [...texts];
}

/** A handful of ways costs a handful of tries. */
const few = 6;

/** In how many ways a node can end at most, from one beginning. */
function ways(node: Node): number {
  if (node.type === 'set') return 1;
  if (node.type === 'group') return ways(node.item);
  if (node.type === 'choice') return node.options.reduce((sum, option) => sum + ways(option), 0);
  if (node.type === 'sequence') return node.items.reduce((product, item) => product * ways(item), 1);
  return (node.max - node.min + 1) * ways(node.item) ** Math.min(node.max, 4);
}

function visit(node: Node, faults: string[]): void {
  if (node.type === 'set') return;
  if (node.type === 'group') {
    visit(node.item, faults);
    return;
  }
  if (node.type === 'choice') {
    for (const option of node.options) visit(option, faults);
    return;
  }
  if (node.type === 'repeat') {
    const inner = lengths(node.item);
    if (node.max > 1 && inner.min !== inner.max) faults.push('a repeat holds something of changing length');
    visit(node.item, faults);
    return;
  }
  node.items.forEach((item, i) => {
    visit(item, faults);
    if (ways(item) <= few || i + 1 === node.items.length) return;
    const rest: Node = { type: 'sequence', items: node.items.slice(i + 1) };
    if (ways(rest) <= few) return;
    const after = firstSet(rest);
    if ([...allSet(item)].some((code) => after.has(code))) {
      faults.push('two neighbours of changing length can eat the same characters');
    }
  });
}
