/** What the version comparisons share: ASCII classes, whatever the locale, and numbers of any length. */

/** 0 to 9. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** A to Z and a to z. */
export function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** Compares two runs of digits as whole numbers; the empty run is 0. */
export function compareDigits(a: string, b: string): number {
  const left = withoutZeros(a);
  const right = withoutZeros(b);
  return Math.sign(left.length - right.length) || compareText(left, right);
}

/** Order by code unit, as `strcmp` for ASCII. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function withoutZeros(digits: string): string {
  let at = 0;
  while (digits.charCodeAt(at) === 48) at++;
  return digits.slice(at);
}
