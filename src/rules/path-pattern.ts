/** Patterns for paths: `*` and `?` within one part, `**` for whole parts. Time in proportion to pattern times path. */
import { greedy } from './greedy.ts';

/** What keeps a text from being a pattern; undefined when it is one. */
export function pathPatternProblem(text: string): string | undefined {
  if (text === '' || text === '/') return 'a path cannot be empty; write one such as usr/bin/su, or usr/share/**';
  if (text.length > 1024) return 'a path pattern has at most 1024 characters';
  if (text.includes('\0')) return 'a path cannot hold a NUL byte';
  return undefined;
}

/** A slash in front means nothing. `**` at the end is everything below. */
export function matchesPath(pattern: string, path: string): boolean {
  const wanted = partsOf(pattern);
  const given = partsOf(path);
  return greedy(
    wanted.length,
    given.length,
    (at) => wanted[at] === '**',
    (at, i) => matchesPart(wanted[at]!, given[i]!),
  );
}

function partsOf(path: string): string[] {
  return path
    .replace(/^\.?\//, '')
    .split('/')
    .filter((part) => part !== '');
}

function matchesPart(pattern: string, part: string): boolean {
  return greedy(
    pattern.length,
    part.length,
    (at) => pattern[at] === '*',
    (at, i) => pattern[at] === '?' || pattern[at] === part[i],
  );
}
