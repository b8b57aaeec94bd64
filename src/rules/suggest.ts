/** Finds the name that was probably meant. */

/** `; did you mean …?` for the nearest of the names, or nothing where none is near. */
export function suggestion(wrong: string, names: readonly string[]): string {
  if (wrong.length > 100) return '';
  let best: string | undefined;
  let least = Math.max(2, Math.floor(wrong.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(wrong, name);
    if (distance < least) [best, least] = [name, distance];
  }
  return best === undefined ? '' : `; did you mean ${best}?`;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
