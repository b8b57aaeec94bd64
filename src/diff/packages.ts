/** What was installed, removed, and brought to another version. */
import type { DiffVersion, ImageDiff } from '../types/diff.ts';
import type { ImageReport } from '../types/report.ts';
import { compareVersions } from '../versions/compare.ts';

type Listed = Pick<ImageReport['packages'][number], 'name' | 'type' | 'version'>;

/** By type, then name. One name may be there in several versions, as in node_modules: what is in both cancels out first. */
export function comparePackages(before: readonly Listed[], after: readonly Listed[]): ImageDiff['packages'] {
  const old = byName(before);
  const now = byName(after);
  const out: ImageDiff['packages'] = { added: [], removed: [], changed: [], kept: 0 };
  for (const key of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const had = old.get(key);
    const has = now.get(key);
    const { name, type } = (has ?? had)!;
    const order = (a: string, b: string) => compareVersions(type, a, b) || (a < b ? -1 : a > b ? 1 : 0);
    const gone = [...(had?.versions ?? [])].filter((version) => !has?.versions.has(version)).sort(order);
    const come = [...(has?.versions ?? [])].filter((version) => !had?.versions.has(version)).sort(order);
    out.kept += (has?.versions.size ?? 0) - come.length;
    const pairs = Math.min(gone.length, come.length);
    for (let i = 0; i < pairs; i++)
      out.changed.push({ name, type, old: gone[i]!, new: come[i]!, direction: direction(type, gone[i]!, come[i]!) });
    for (const version of gone.slice(pairs)) out.removed.push({ name, type, version });
    for (const version of come.slice(pairs)) out.added.push({ name, type, version });
  }
  return out;
}

function direction(type: string, old: string, now: string): DiffVersion['direction'] {
  const order = compareVersions(type, old, now);
  return order < 0 ? 'newer' : order > 0 ? 'older' : 'same';
}

function byName(packages: readonly Listed[]): Map<string, { name: string; type: string; versions: Set<string> }> {
  const out = new Map<string, { name: string; type: string; versions: Set<string> }>();
  for (const { name, type, version } of packages) {
    const key = `${type} ${name}`;
    const known = out.get(key);
    if (known) known.versions.add(version);
    else out.set(key, { name, type, versions: new Set([version]) });
  }
  return out;
}
