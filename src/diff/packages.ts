/** What was installed, removed, and brought to another version. */
import semver from 'semver';
import type { DiffVersion, ImageDiff } from '../types/diff.ts';
import type { ImageReport } from '../types/report.ts';
import { compareApk } from '../versions/apk.ts';
import { compareDpkg } from '../versions/dpkg.ts';
import { compareRpm } from '../versions/rpm.ts';

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

/** Negative where `a` is the older, by the rules of the type's own package manager. */
export function compareVersions(type: string, a: string, b: string): number {
  if (type === 'deb' || type === 'opkg') return compareDpkg(a, b);
  if (type === 'apk') return compareApk(a, b);
  // pacman's order is that of rpm, with an epoch in front and a release behind.
  if (type === 'rpm' || type === 'alpm') return compareRpm(a, b);
  const [one, other] = [semver.parse(a, { loose: true }), semver.parse(b, { loose: true })];
  // Runs of digits by value, text by letter, ~ before all: near enough to what the other managers do.
  return one && other ? semver.compare(one, other) : compareDpkg(a, b);
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
