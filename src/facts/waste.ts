/** Bytes that every pull carries and no container sees, or sees twice. */
import type { Waste, WastedFile } from '../types/inventory.ts';
import type { Fact } from '../types.ts';
import type { FactContext } from './context.ts';
import { fileEvidence } from './evidence.ts';
import type { PackageEvidence, RootFile } from './packages.ts';
import type { Sample } from './samples.ts';

/** Files and groups named in the fact, heaviest first. */
const named = 50;

/** Measures all layers against the rootfs. Content that several names share counts once. */
export function collectWaste(context: FactContext, { files }: PackageEvidence): Fact<Waste> {
  const { records, rootfs } = context.image;
  let total = 0;
  const links = new Set<string>();
  for (const [layer, { entries }] of records.entries()) {
    for (const { path, type, size } of entries) {
      if (type === 'hardlink') links.add(`${layer}:${path}`);
      else total += size;
    }
  }
  let shown = 0;
  for (const { bytes } of files) shown += bytes;
  const hidden = Math.max(0, total - shown);
  const { bytes: duplicate, groups } = duplicates(context, files);
  const hiddenFiles = rootfs.deleted.flatMap(({ path, size, layer, by, how }): WastedFile[] =>
    size > 0 && !links.has(`${layer}:${path}`)
      ? [{ path, bytes: size, layer, how: how === 'overwritten' ? how : 'deleted', by }]
      : [],
  );
  const heaviest = [...hiddenFiles, ...groups]
    .sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1))
    .slice(0, named);
  const bytes = Math.min(total, hidden + duplicate);
  const value: Waste = {
    ...{ bytes, hidden, duplicate, total },
    efficiency: total === 0 ? 1 : (total - bytes) / total,
    heaviest,
  };
  return { known: true, value, evidence: heaviest.map(({ path, layer }) => fileEvidence(path, layer)) };
}

/** Large files of one length and one sample under several names: all but the first are waste. */
function duplicates(context: FactContext, files: readonly RootFile[]): { bytes: number; groups: WastedFile[] } {
  const samples = context.index.live<Sample>('samples');
  const groups = new Map<string, { bytes: number; files: { path: string; layer: number }[] }>();
  for (const { node, bytes } of files) {
    const sample = bytes > 0 ? samples.get(node.path) : undefined;
    if (!sample) continue;
    const key = `${bytes}:${sample.data.h}`;
    const group = groups.get(key) ?? { bytes, files: [] };
    group.files.push({ path: node.path, layer: node.entry.layer });
    groups.set(key, group);
  }
  let bytes = 0;
  const out: WastedFile[] = [];
  for (const group of groups.values()) {
    if (group.files.length < 2) continue;
    const wasted = group.bytes * (group.files.length - 1);
    const [first, second] = group.files.sort((a, b) => a.layer - b.layer || (a.path < b.path ? -1 : 1));
    bytes += wasted;
    out.push({ ...second!, bytes: wasted, how: 'duplicate', of: first!.path, copies: group.files.length });
  }
  return { bytes, groups: out };
}
