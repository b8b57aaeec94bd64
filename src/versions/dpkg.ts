/** Order of Debian package versions (deb-version(7), "Sorting algorithm"). */
import { compareDigits, isDigit, isLetter } from './characters.ts';

/**
 * As `dpkg --compare-versions`: negative, zero or positive. `[epoch:]upstream[-revision]`; a missing epoch or revision is 0.
 * Text that dpkg would refuse is compared all the same: an epoch that is no number belongs to the upstream version.
 */
export function compareDpkg(a: string, b: string): number {
  const left = split(a);
  const right = split(b);
  return (
    compareDigits(left.epoch, right.epoch) ||
    comparePart(left.upstream, right.upstream) ||
    comparePart(left.revision, right.revision)
  );
}

function split(version: string): { epoch: string; upstream: string; revision: string } {
  let rest = version.trim();
  const [, epoch = ''] = /^(\d{1,32}):/.exec(rest) ?? [];
  if (epoch) rest = rest.slice(epoch.length + 1);
  const dash = rest.lastIndexOf('-');
  return dash < 0
    ? { epoch, upstream: rest, revision: '' }
    : { epoch, upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) };
}

/** Runs of other characters and runs of digits take turns; a part that ends first goes on with nothing. */
function comparePart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a.charCodeAt(i))) || (j < b.length && !isDigit(b.charCodeAt(j)))) {
      const difference = weight(a, i) - weight(b, j);
      if (difference !== 0) return Math.sign(difference);
      i++;
      j++;
    }
    const fromA = i;
    const fromB = j;
    while (isDigit(a.charCodeAt(i))) i++;
    while (isDigit(b.charCodeAt(j))) j++;
    const difference = compareDigits(a.slice(fromA, i), b.slice(fromB, j));
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `~` sorts before the end, the end and digits before letters, letters before all else. */
function weight(text: string, at: number): number {
  if (at >= text.length) return 0;
  const code = text.charCodeAt(at);
  if (code === 0x7e) return -1;
  if (isDigit(code)) return 0;
  return isLetter(code) ? code : code + 0x10000;
}
