/** The order of versions, by the package manager that they belong to. */
import semver from 'semver';
import { compareApk } from './apk.ts';
import { compareDpkg } from './dpkg.ts';
import { compareRpm } from './rpm.ts';

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
