import type { Category } from '../types.ts';

/** In the order of the score's ledger; `hygiene`, which never scores, comes last. */
export const categoryNames: readonly [Category, ...Category[]] = [
  'minimal-base',
  'unnecessary-software',
  'least-privilege',
  'secrets-and-data',
  'trusted-source',
  'immutability',
  'hygiene',
];
