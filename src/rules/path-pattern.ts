/** Patterns for paths: `*` and `?` within one part, `**` for whole parts. Time in proportion to pattern times path. */

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
  return match(
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
  return match(
    pattern.length,
    part.length,
    (at) => pattern[at] === '*',
    (at, i) => pattern[at] === '?' || pattern[at] === part[i],
  );
}

/** Goes back to the last wildcard only: enough for stars, and never exponential. */
function match(
  patternLength: number,
  length: number,
  isStar: (at: number) => boolean,
  equal: (at: number, i: number) => boolean,
): boolean {
  let at = 0;
  let i = 0;
  let star = -1;
  let resume = 0;
  while (i < length) {
    if (at < patternLength && isStar(at)) {
      star = at++;
      resume = i;
    } else if (at < patternLength && equal(at, i)) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else return false;
  }
  while (at < patternLength && isStar(at)) at++;
  return at === patternLength;
}
