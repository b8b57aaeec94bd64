/** How much operating system is in the image: B and P of SCORING.md, "minimal-base". */

import type { OsFootprint } from '../types/base.ts';
import type { Distro, Entrypoint } from '../types/facts.ts';
import type { Fact } from '../types.ts';
import type { FactContext } from './context.ts';
import { liveDatabases, unreadDatabases } from './databases.ts';
import { configEvidence, fileEvidence } from './evidence.ts';
import { nameMatcher, prefixMatcher } from './glob.ts';
import type { PackageEvidence } from './packages.ts';
import { baseName } from './text.ts';

/** Packages named in the fact, heaviest first. */
const heaviestCount = 10;

/** Measures the rootfs. Unknown where a package database is there but cannot be read. */
export function collectFootprint(
  context: FactContext,
  evidence: PackageEvidence,
  distro: Distro | undefined,
  entrypoint: Entrypoint | undefined,
): Fact<OsFootprint> {
  const { image, data } = context;
  if (image.config.platform.os === 'windows')
    return { known: false, reason: 'the system of a Windows image is not measured' };
  const unread = unreadDatabases(context);
  if (unread) return { known: false, reason: unread };

  const { runtimes } = data['language-runtimes'];
  const runtimeOfPackage = nameMatcher(runtimes.map(({ name, packages }) => ({ patterns: packages, value: name })));
  const runtimeOfPath = prefixMatcher(
    runtimes.flatMap(({ name, paths }) => paths.map((prefix) => ({ prefix, value: name }))),
  );
  const isSystem = systemTest(context);
  const byPackage = evidence.packages.map(({ name }) => runtimeOfPackage(name));
  const found = new Map<string, { bytes: number; packages: number }>();
  const tally = (name: string, bytes: number, packages: number) => {
    const sum = found.get(name) ?? { bytes: 0, packages: 0 };
    found.set(name, { bytes: sum.bytes + bytes, packages: sum.packages + packages });
  };
  for (const runtime of byPackage) if (runtime) tally(runtime, 0, 1);

  let ownedBytes = 0;
  let unownedBytes = 0;
  // Where nothing of an operating system is there, files in system folders are the workload.
  const bare = distro?.id === 'scratch';
  const workload = workloadPath(context, entrypoint);
  for (const { node, bytes, owner } of evidence.files) {
    if (bytes === 0) continue;
    if (owner !== undefined) {
      const runtime = byPackage[owner];
      if (runtime) tally(runtime, bytes, 0);
      else ownedBytes += bytes;
      continue;
    }
    const runtime = runtimeOfPath(node.path);
    if (runtime) tally(runtime, bytes, 0);
    else if (!bare && node.path !== workload && isSystem(node.path)) unownedBytes += bytes;
  }
  const os = evidence.packages.filter((_, index) => byPackage[index] === undefined);
  const value: OsFootprint = {
    bytes: ownedBytes + unownedBytes,
    packages: os.length,
    ownedBytes,
    unownedBytes,
    runtimes: [...found]
      .map(([name, sum]) => ({ name, ...sum }))
      .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1)),
    heaviest: os
      .filter(({ size }) => size > 0)
      .sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1))
      .slice(0, heaviestCount)
      .map(({ name, size, layer }) => ({ name, bytes: size, layer })),
  };
  const databases = liveDatabases(context).map(({ path, layer }) => fileEvidence(path, layer));
  return { known: true, value, evidence: databases.length > 0 ? databases : [configEvidence('/rootfs')] };
}

function systemTest(context: FactContext): (path: string) => boolean {
  const { system, excluded } = context.data['system-directories'];
  const match = prefixMatcher([
    ...system.map((prefix) => ({ prefix, value: true })),
    ...excluded.map((prefix) => ({ prefix, value: false })),
  ]);
  return (path) => match(path) === true;
}

/** A program copied into /usr/bin is the workload and no OS; a shell or a package's program is not. */
function workloadPath(context: FactContext, entrypoint: Entrypoint | undefined): string | undefined {
  if (!entrypoint?.path) return undefined;
  const { shells, multicall } = context.data.shells;
  const name = baseName(entrypoint.path);
  const linked = context.image.rootfs.lookup(entrypoint.path)?.entry.linkname;
  const names = [...shells, ...multicall].map((entry) => entry.name);
  return names.includes(name) || (linked !== undefined && names.includes(baseName(linked)))
    ? undefined
    : entrypoint.path;
}
