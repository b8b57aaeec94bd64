/** The JSON report: schema/report.schema.json describes it. */
import type { ImageReport } from '../types/report.ts';
import type { FormatOptions } from './formats.ts';
import { harmless } from './harmless.ts';

/**
 * One report as itself; several as one document with `reports[]`. The same reports give the same bytes:
 * keys stand in the order of `keyOrder`, the rest by code unit.
 */
export function renderJson(
  reports: readonly ImageReport[],
  { several = reports.length > 1 }: Pick<FormatOptions, 'several'> = {},
): string {
  const [first] = reports;
  if (!first) throw new RangeError('a JSON document needs at least one report');
  const document = !several && reports.length === 1 ? first : { schemaVersion: 1, tool: first.tool, reports };
  return `${harmless(JSON.stringify(document, inOrder, 2))}\n`;
}

/** What a reader looks for first stands first. A key that is missing here comes after, by code unit. */
const keyOrder = [
  'schemaVersion tool index name kind version reference digest diffID platform os architecture variant os.version size',
  'storedSize entries mediaType createdBy layers target ruleset asOf distro',
  'value ceiling grade categories ledger score',
  'rule category rules points left outcome severity confidence gain weight message remediation at document pointer path file stage layer line column',
  'range start end note reason expires suppression evidence fingerprint description unsafe edits fix data',
  'type purl id idLike versionId codename prettyName distroless waste bytes efficiency passed failOn minScore failing findings packages part level status gate',
].flatMap((line) => line.split(' '));

const rank = new Map(keyOrder.map((key, index) => [key, index]));

function inOrder(key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const record = value as Record<string, unknown>;
  const compare = key === 'data' ? byCodeUnit : byRank;
  const keys = Object.keys(record);
  // Most are made in this order: a copy of each would be the larger part of the memory of a large report.
  if (keys.every((name, i) => i === 0 || compare(keys[i - 1]!, name) < 0)) return value;
  keys.sort(compare);
  // Without a prototype, so that a key such as __proto__ is data like any other.
  const ordered: Record<string, unknown> = Object.create(null);
  for (const name of keys) ordered[name] = record[name];
  return ordered;
}

function byRank(a: string, b: string): number {
  return (rank.get(a) ?? keyOrder.length) - (rank.get(b) ?? keyOrder.length) || byCodeUnit(a, b);
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
