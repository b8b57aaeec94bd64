/** Which findings a pipeline is told of, and which of them it fails for. */
import type { ImageReport, ReportFinding } from '../types/report.ts';

/** Findings of low confidence neither score nor gate: they are left out unless all are asked for. */
export function countedFindings(report: ImageReport, all = false): ReportFinding[] {
  return report.findings.filter((finding) => all || finding.confidence !== 'low');
}

/** Findings with a place in each layer, but for those of low confidence, which are counted where they are shown. */
export function findingsByLayer({ findings }: ImageReport): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { confidence, evidence } of findings) {
    if (confidence === 'low') continue;
    const layers = new Set(evidence.flatMap((one) => (one.at === 'file' ? [one.layer] : [])));
    for (const layer of layers) counts.set(layer, (counts.get(layer) ?? 0) + 1);
  }
  return counts;
}

/** Items by a key, both in the order in which they come. */
export function groupedBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Gives each key once: the second of a kind becomes `key-2`. For readers that fold equal keys into one. */
export function uniquely(): (key: string) => string {
  const seen = new Map<string, number>();
  return (key) => {
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? key : uniqueRest(key, count, seen);
  };
}

function uniqueRest(key: string, count: number, seen: Map<string, number>): string {
  let number = count;
  while (seen.has(`${key}-${number}`)) number++;
  seen.set(`${key}-${number}`, 1);
  return `${key}-${number}`;
}
