/**
 * Which four bytes of each keyword the filter looks at, and which keywords share a group: chosen once, at build time,
 * so that text seldom has the first half of a window and the second half of another of the same group beside each other.
 */
import { eachVariant, filterGroups, type Keyword } from '../keyword-filter.ts';
import { pairFrequencies } from './frequencies.ts';

interface Option {
  at: number;
  first: number[];
  second: number[];
  likely: number;
}

/** For each keyword two windows, for an even and an odd place: shift + 1 and group, four bytes in all. */
export function planWindows(keywords: readonly Keyword[]): Uint8Array {
  const frequency = pairFrequencies();
  const sum = (pairs: number[]) => pairs.reduce((total, pair) => total + frequency[pair]!, 0);
  const windows = keywords.flatMap((keyword, index) =>
    [0, 1].map((parity) => ({ place: index * 4 + parity * 2, options: optionsOf(keyword, parity, sum) })),
  );
  windows.sort((a, b) => b.options[0]!.likely - a.options[0]!.likely || a.place - b.place);
  const plan = new Uint8Array(keywords.length * 4);
  const groups = new Groups(frequency);
  for (const { place, options } of windows) {
    const { option, group } = groups.take(options);
    plan[place] = option.at + 1;
    plan[place + 1] = group;
  }
  return plan;
}

const tried = 6;

/** The likeliest to be rare first. */
function optionsOf(keyword: Keyword, parity: number, sum: (pairs: number[]) => number): Option[] {
  const options: Option[] = [];
  for (let at = -1; at + 2 < keyword.text.length; at++) {
    if (Math.abs(at % 2) !== parity) continue;
    const first = variants(keyword, at);
    const second = variants(keyword, at + 2);
    options.push({ at, first, second, likely: sum(first) * sum(second) });
  }
  return options.sort((a, b) => a.likely - b.likely).slice(0, tried);
}

function variants(keyword: Keyword, at: number): number[] {
  const pairs: number[] = [];
  eachVariant(keyword, at, (pair) => pairs.push(pair));
  return pairs;
}

/** Puts each window where it adds least to the likelihood of a false start. */
class Groups {
  private readonly first = new Uint32Array(65536);
  private readonly second = new Uint32Array(65536);
  private readonly likely = Array.from({ length: filterGroups }, () => ({ first: 0, second: 0 }));

  constructor(private readonly frequency: Float64Array) {}

  take(options: Option[]): { option: Option; group: number } {
    let best: { option: Option; group: number; added: number; first: number; second: number } | undefined;
    for (const option of options) {
      for (let group = 0; group < filterGroups; group++) {
        const now = this.likely[group]!;
        const first = now.first + this.fresh(this.first, option.first, group);
        const second = now.second + this.fresh(this.second, option.second, group);
        const added = first * second - now.first * now.second;
        if (!best || added < best.added) best = { option, group, added, first, second };
      }
    }
    const { option, group, first, second } = best!;
    this.likely[group] = { first, second };
    for (const pair of option.first) this.first[pair]! |= 1 << group;
    for (const pair of option.second) this.second[pair]! |= 1 << group;
    return { option, group };
  }

  private fresh(table: Uint32Array, pairs: number[], group: number): number {
    let sum = 0;
    for (const pair of pairs) if ((table[pair]! & (1 << group)) === 0) sum += this.frequency[pair]!;
    return sum;
  }
}
