/** Sequence alignment of a history with the steps that a file would leave (Needleman and Wunsch, free at the history's head). */
import type { Expected } from './expected.ts';
import { compare, type Likeness } from './match.ts';
import type { Step } from './steps.ts';

export interface Pairing {
  /** Index into the steps. */
  step: number;
  /** Index into the expected ones. */
  expected: number;
  likeness: Likeness;
}

/** Comparisons of one alignment: 500 steps with 500 instructions. */
const mostWork = 250_000;

/**
 * The best pairing in order, or undefined where both are too long. Steps in front of the first pair cost nothing:
 * they are the base's, unless `whole` says that there is none. Ties go to the later step, since the file's steps are the last ones.
 */
export function align(all: readonly Step[], expected: readonly Expected[], whole: boolean): Pairing[] | undefined {
  const columns = expected.length;
  if (columns === 0 || all.length === 0) return [];
  const rows = Math.min(all.length, Math.floor(mostWork / columns));
  if (rows < all.length && rows < columns + 50) return undefined;
  const skipped = all.length - rows;
  const steps = all.slice(skipped);
  const from = new Uint8Array((rows + 1) * (columns + 1));
  let above = new Float64Array(columns + 1);
  for (let j = 1; j <= columns; j++) {
    above[j] = above[j - 1]! - absent(expected[j - 1]!);
    from[j] = move.left;
  }
  for (let i = 1; i <= rows; i++) {
    const row = new Float64Array(columns + 1);
    row[0] = whole ? -2 * i : 0;
    from[i * (columns + 1)] = move.up;
    const step = steps[i - 1]!;
    for (let j = 1; j <= columns; j++) {
      const wanted = expected[j - 1]!;
      const likeness = compare(step, wanted);
      const pair = likeness ? above[j - 1]! + worth(wanted, likeness) : Number.NEGATIVE_INFINITY;
      const up = above[j]! - 2;
      const left = row[j - 1]! - absent(wanted);
      const best = Math.max(pair, up, left);
      row[j] = best;
      from[i * (columns + 1) + j] =
        best === pair ? (likeness === 'same' ? move.same : move.changed) : best === left ? move.left : move.up;
    }
    above = row;
  }
  return walkBack(from, rows, columns, skipped);
}

const move = { up: 0, left: 1, same: 2, changed: 3 } as const;

function walkBack(from: Uint8Array, rows: number, columns: number, skipped: number): Pairing[] {
  const pairs: Pairing[] = [];
  let [i, j] = [rows, columns];
  while (i > 0 && j > 0) {
    const by = from[i * (columns + 1) + j];
    if (by === move.same || by === move.changed) {
      pairs.unshift({ step: skipped + i - 1, expected: j - 1, likeness: by === move.same ? 'same' : 'changed' });
      i--;
      j--;
    } else if (by === move.left) j--;
    else i--;
  }
  return pairs;
}

/** What makes files tells builds apart better than settings do. */
export function weightOf({ keyword }: Expected): number {
  if (keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD') return 2;
  return keyword === 'ARG' || keyword === 'LABEL' || keyword === 'MAINTAINER' || keyword === 'ONBUILD' ? 0.5 : 1;
}

function worth(expected: Expected, likeness: Likeness): number {
  return likeness === 'same' ? 4 + 3 * weightOf(expected) : weightOf(expected);
}

function absent(expected: Expected): number {
  return expected.optional ? 0 : weightOf(expected);
}
