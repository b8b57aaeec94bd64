/**
 * Wildcard matching that goes back to the last wildcard only: enough for stars, and never exponential. Lengths and positions
 * are those of whatever is matched, characters or parts of a path.
 */
export function greedy(
  patternLength: number,
  length: number,
  isWild: (p: number) => boolean,
  equal: (p: number, i: number) => boolean,
): boolean {
  let p = 0;
  let i = 0;
  let wild = -1;
  let resume = 0;
  while (i < length) {
    if (p < patternLength && isWild(p)) {
      wild = p++;
      resume = i;
    } else if (p < patternLength && equal(p, i)) {
      p++;
      i++;
    } else if (wild >= 0) {
      p = wild + 1;
      i = ++resume;
    } else return false;
  }
  while (p < patternLength && isWild(p)) p++;
  return p === patternLength;
}
