/** Order of rpm versions (rpm-version(7); rpm's own test table is in the tests). */
import { compareDigits, compareText, isDigit, isLetter } from './characters.ts';

/** As rpm orders packages of one name: negative, zero or positive. `[epoch:]version[-release]`; without an epoch it is 0, and no release comes before any. */
export function compareRpm(a: string, b: string): number {
  const left = split(a);
  const right = split(b);
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareRpmPart(left.version, right.version) ||
    (left.release === undefined || right.release === undefined
      ? Number(right.release === undefined) - Number(left.release === undefined)
      : compareRpmPart(left.release, right.release))
  );
}

function split(evr: string): { epoch: string; version: string; release: string | undefined } {
  const [, epoch = ''] = /^(\d{0,32}):/.exec(evr) ?? [];
  const rest = /^\d{0,32}:/.test(evr) ? evr.slice(epoch.length + 1) : evr;
  const dash = rest.lastIndexOf('-');
  return dash < 0
    ? { epoch, version: rest, release: undefined }
    : { epoch, version: rest.slice(0, dash), release: rest.slice(dash + 1) };
}

/**
 * rpmvercmp: one version, or one release. Runs of letters and of digits are compared, all else only parts them,
 * but for `~` (before everything, the end too) and `^` (after the end, before everything else).
 */
export function compareRpmPart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  for (;;) {
    while (i < a.length && isSeparator(a.charCodeAt(i))) i++;
    while (j < b.length && isSeparator(b.charCodeAt(j))) j++;
    const mark = compareMarks(a[i], b[j]);
    if (mark === 'both') {
      i++;
      j++;
      continue;
    }
    if (mark !== 'none') return mark;
    if (i >= a.length || j >= b.length) return Number(i < a.length) - Number(j < b.length);
    const numeric = isDigit(a.charCodeAt(i));
    const inRun = numeric ? isDigit : isLetter;
    const fromA = i;
    const fromB = j;
    while (i < a.length && inRun(a.charCodeAt(i))) i++;
    while (j < b.length && inRun(b.charCodeAt(j))) j++;
    // A number is newer than letters.
    if (j === fromB) return numeric ? 1 : -1;
    const difference = (numeric ? compareDigits : compareText)(a.slice(fromA, i), b.slice(fromB, j));
    if (difference !== 0) return difference;
  }
}

function compareMarks(a: string | undefined, b: string | undefined): number | 'both' | 'none' {
  for (const mark of ['~', '^']) {
    if (a === mark && b === mark) return 'both';
    const after = mark === '^' ? 1 : -1;
    // What stands against the mark: for `^` the end is older, anything else is newer.
    if (a === mark) return b === undefined ? after : -1;
    if (b === mark) return a === undefined ? -after : 1;
  }
  return 'none';
}

function isSeparator(code: number): boolean {
  return !isDigit(code) && !isLetter(code) && code !== 0x7e && code !== 0x5e;
}
