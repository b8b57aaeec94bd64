/**
 * Shell patterns of `${V#p}`, `${V%p}` and `${V/p/r}`: `*` and `?` alone, as the builder has them
 * (BuildKit frontend/dockerfile/shell, Dockerfile reference "Environment replacement").
 * Matching never backtracks: a set of reachable pattern positions walks over the text.
 */
import { type Budget, spend } from './budget.ts';

/** A compiled shell pattern. */
export interface Pattern {
  /** One entry per pattern character; undefined = `*`, '' = `?`. */
  atoms: (string | undefined)[];
}

/** Compiles a pattern; undefined where an escape is none that the builder knows. */
export function compilePattern(text: string): Pattern | undefined {
  const atoms: (string | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '*') {
      if (atoms.length === 0 || atoms[atoms.length - 1] !== undefined) atoms.push(undefined);
    } else if (char === '?') atoms.push('');
    else if (char === '\\') {
      const next = text[at + 1];
      if (next === '}' || next === '/') continue;
      if (next !== '*' && next !== '?' && next !== '\\') return undefined;
      atoms.push(next);
      at++;
    } else atoms.push(char);
  }
  return { atoms };
}

/** `#`, `##`, `%`, `%%`: the value without the shortest or longest match at its start or end. */
export function trimMatch(
  value: string,
  pattern: Pattern,
  from: 'start' | 'end',
  longest: boolean,
  budget: Budget,
): string {
  const atoms = from === 'start' ? pattern.atoms : [...pattern.atoms].reverse();
  const read = from === 'start' ? (at: number) => value[at]! : (at: number) => value[value.length - 1 - at]!;
  const length = matchLength(atoms, read, value.length, longest, budget);
  if (length === undefined) return value;
  return from === 'start' ? value.slice(length) : value.slice(0, value.length - length);
}

/** `/p/r` and `//p/r`: the leftmost longest match, or all of them, replaced. */
export function replaceMatch(
  value: string,
  pattern: Pattern,
  replacement: string,
  all: boolean,
  budget: Budget,
): string {
  let out = '';
  let at = 0;
  while (at <= value.length) {
    const base = at;
    const length = matchLength(pattern.atoms, (i) => value[base + i]!, value.length - base, true, budget);
    if (length !== undefined && (length > 0 || value === '')) {
      out += replacement;
      spend(budget, replacement.length);
      at += length;
      if (!all || length === 0) break;
    } else if (at < value.length) out += value[at++]!;
    else break;
  }
  return out + value.slice(at);
}

/** Length of the shortest or longest match at the start of `length` characters. */
function matchLength(
  atoms: readonly (string | undefined)[],
  read: (at: number) => string,
  length: number,
  longest: boolean,
  budget: Budget,
): number | undefined {
  let states = close(new Set([0]), atoms);
  let found: number | undefined;
  for (let at = 0; ; at++) {
    if (states.has(atoms.length)) {
      found = at;
      if (!longest) return found;
    }
    if (at === length || states.size === 0) return found;
    spend(budget, states.size);
    const char = read(at);
    const next = new Set<number>();
    for (const state of states) {
      if (state === atoms.length) continue;
      const atom = atoms[state];
      if (atom === undefined) next.add(state);
      else if (atom === '' || atom === char) next.add(state + 1);
    }
    states = close(next, atoms);
  }
}

function close(states: Set<number>, atoms: readonly (string | undefined)[]): Set<number> {
  for (const state of states) if (state < atoms.length && atoms[state] === undefined) states.add(state + 1);
  return states;
}
