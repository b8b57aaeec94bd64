/** Order of Alpine package versions (apk-package(5), "Package version"; as apk-tools 3 orders them). */
import { compareDigits, compareText } from './characters.ts';

/**
 * As `apk version -t`: negative, zero or positive. `number{.number}[letter[number]]{_suffix[number]}[~hash][-r number]`.
 * Where a version departs from the form, it is compared as far as it keeps to it.
 */
export function compareApk(a: string, b: string): number {
  const left = tokens(a);
  const right = tokens(b);
  for (;;) {
    const one = left.next().value;
    const other = right.next().value;
    if (one.kind !== other.kind) return comparePlaces(one, other);
    if (one.kind === 'end' || one.kind === 'invalid') return 0;
    const difference = compareTokens(one, other);
    if (difference !== 0) return difference;
  }
}

/** In the order in which they may follow one another. */
const kinds = ['first', 'number', 'letter', 'suffix', 'suffixNumber', 'hash', 'revision', 'end', 'invalid'] as const;

interface Token {
  kind: (typeof kinds)[number];
  text: string;
}

const before = ['alpha', 'beta', 'pre', 'rc'];
const after = ['cvs', 'svn', 'git', 'hg', 'p'];

const patterns: readonly { kind: Token['kind']; pattern: RegExp; behind: readonly Token['kind'][] }[] = [
  { kind: 'number', pattern: /\.(\d+)/y, behind: ['first', 'number'] },
  // openssh 9.9p2
  { kind: 'number', pattern: /(\d+)/y, behind: ['letter'] },
  { kind: 'letter', pattern: /([a-z])/y, behind: ['first', 'number'] },
  { kind: 'suffix', pattern: /_([a-z]+)/y, behind: ['first', 'number', 'letter', 'suffix', 'suffixNumber'] },
  { kind: 'suffixNumber', pattern: /(\d+)/y, behind: ['suffix'] },
  { kind: 'hash', pattern: /~([0-9a-f]+)/y, behind: ['first', 'number', 'letter', 'suffix', 'suffixNumber'] },
  { kind: 'revision', pattern: /-r(\d+)/y, behind: ['first', 'number', 'letter', 'suffix', 'suffixNumber', 'hash'] },
];

function* tokens(version: string): Generator<Token, Token> {
  const first = /^\d+/.exec(version);
  if (!first) return { kind: 'invalid', text: version };
  let token: Token = { kind: 'first', text: first[0] };
  let at = token.text.length;
  while (at < version.length) {
    yield token;
    let next: Token | undefined;
    for (const { kind, pattern, behind } of patterns) {
      if (!behind.includes(token.kind)) continue;
      pattern.lastIndex = at;
      const match = pattern.exec(version);
      if (!match || (kind === 'suffix' && ![...before, ...after].includes(match[1]!))) continue;
      next = { kind, text: match[1]! };
      at += match[0].length;
      break;
    }
    if (!next) return { kind: 'invalid', text: version.slice(at) };
    token = next;
  }
  yield token;
  return { kind: 'end', text: '' };
}

function compareTokens({ kind, text: a }: Token, { text: b }: Token): number {
  switch (kind) {
    case 'suffix':
      return Math.sign(suffixRank(a) - suffixRank(b));
    case 'number':
      // With a leading zero it is a fraction rather than a number.
      return a.startsWith('0') || b.startsWith('0') ? compareText(a, b) : compareDigits(a, b);
    case 'letter':
    case 'hash':
      return compareText(a, b);
    default:
      return compareDigits(a, b);
  }
}

/** One goes on where the other does not: a pre-release is older, anything else is newer the earlier its place in the form. */
function comparePlaces(one: Token, other: Token): number {
  if (one.kind === 'suffix' && suffixRank(one.text) < 0) return -1;
  if (other.kind === 'suffix' && suffixRank(other.text) < 0) return 1;
  return Math.sign(kinds.indexOf(other.kind) - kinds.indexOf(one.kind));
}

function suffixRank(suffix: string): number {
  const early = before.indexOf(suffix);
  return early < 0 ? after.indexOf(suffix) + 1 : early - before.length;
}
