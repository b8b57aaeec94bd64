/** Name patterns of the data files: `*` stands for any run of characters, `[0-9]` for one digit. No backtracking. */

/** Whether the whole name fits. Its time is pattern times name at worst. */
export function wildcard(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < name.length) {
    if (pattern.startsWith('[0-9]', p) && isDigit(name.charCodeAt(n))) {
      p += 5;
      n++;
    } else if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      mark = n;
    } else if (p < pattern.length && pattern[p] === name[n]) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
