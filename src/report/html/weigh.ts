/** What weighs what: the bytes of each layer by package, and whether they are tare or cargo. */
import type { ImageReport } from '../../types/report.ts';
import type { LayerInfo } from '../../types.ts';
import { groupedBy } from '../counted.ts';
import { count } from '../format.ts';

/** Tare is the operating system with its packages; cargo is what the image's own layers add to it. */
export type Kind = 'tare' | 'cargo' | 'other';

export interface Weight {
  name: string;
  bytes: number;
  /** Bytes as drawn: where the packages of a layer count more than it holds, they share what it holds. */
  drawn: number;
  kind: Kind;
}
export interface LayerWeight {
  /** Undefined for the layers that are too many to be drawn alone. */
  layer?: LayerInfo;
  name: string;
  bytes: number;
  parts: Weight[];
}

const systemTypes = new Set(['deb', 'apk', 'rpm', 'alpm', 'opkg', 'ipk', 'chisel']);
const layersDrawn = 100;
/** Below this share of the image a package is drawn together with its like. */
const leastShare = 1 / 1500;

/** Heaviest layer first, heaviest part first; parts of no bytes are left out. */
export function weigh(report: ImageReport): LayerWeight[] {
  const { layers } = report.target;
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  const packages = groupedBy(report.packages, ({ layer }) => layer);
  const heaviest = layers.filter(({ size }) => size > 0).toSorted((a, b) => b.size - a.size || a.index - b.index);
  const weights = heaviest.slice(0, layersDrawn).map((layer): LayerWeight => {
    const parts = partsOf(report, layer, packages.get(layer.index) ?? [], total * leastShare);
    return { layer, name: `Layer ${layer.index}`, bytes: layer.size, parts };
  });
  const rest = heaviest.slice(layersDrawn);
  if (rest.length === 0) return weights;
  const bytes = rest.reduce((sum, { size }) => sum + size, 0);
  const name = count(rest.length, 'smaller layer');
  return [...weights, { name, bytes, parts: [{ name, bytes, drawn: bytes, kind: 'other' }] }];
}

/** Bytes as drawn of each kind. */
export function sums(weights: readonly LayerWeight[]): Record<Kind, number> {
  const sum = { tare: 0, cargo: 0, other: 0 };
  for (const { parts } of weights) for (const { kind, drawn } of parts) sum[kind] += drawn;
  return sum;
}

type Packages = ImageReport['packages'];

function partsOf(report: ImageReport, layer: LayerInfo, packages: Packages, least: number): Weight[] {
  const owned = packages.reduce((sum, { size }) => sum + size, 0);
  const scale = owned > layer.size ? layer.size / owned : 1;
  const parts: Weight[] = [];
  const small = { tare: { bytes: 0, count: 0 }, cargo: { bytes: 0, count: 0 } };
  for (const { name, size, type } of packages) {
    if (size <= 0) continue;
    const kind = systemTypes.has(type) ? 'tare' : 'cargo';
    if (size * scale >= least) parts.push({ name, bytes: size, drawn: size * scale, kind });
    else {
      small[kind].bytes += size;
      small[kind].count++;
    }
  }
  for (const kind of ['tare', 'cargo'] as const) {
    const { bytes, count: number } = small[kind];
    if (bytes > 0) parts.push({ name: count(number, 'small package'), bytes, drawn: bytes * scale, kind });
  }
  const bare = layer.size - owned;
  if (bare > 0)
    parts.push({ name: 'files of no package', bytes: bare, drawn: bare, kind: bareKind(report, layer, packages) });
  return parts.sort((a, b) => b.drawn - a.drawn || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** What no package owns goes with its layer: a base, or a step that installs packages of the system, is tare. */
function bareKind({ distro }: ImageReport, layer: LayerInfo, packages: Packages): Kind {
  if (layer.origin) return layer.origin === 'base' ? 'tare' : 'cargo';
  if (layer.index === 0 && distro && distro.id !== 'scratch') return 'tare';
  return packages.some(({ type }) => systemTypes.has(type)) ? 'tare' : 'cargo';
}
