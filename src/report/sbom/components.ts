/** The components of a bill of materials, in one order and each once, whatever the format. */
import type { SbomInput } from '../../types/sbom.ts';
import type { Digest } from '../../types.ts';
import { type Licence, licenceOf } from './licences.ts';

/** One component, with every place that names it. */
export interface SbomComponent {
  kind: 'os-package' | 'language-package' | 'runtime';
  /** Its purl: no two components share one. */
  purl: string;
  /** purl type. */
  type: string;
  name: string;
  version: string;
  licence?: Licence;
  supplier?: string;
  /** Every place says that it is for development only. */
  dev: boolean;
  /** At least one, lowest layer first. */
  places: SbomPlace[];
}

/** What names a component, and the layer that brought it. */
export interface SbomPlace {
  /** Absolute path. */
  path: string;
  layer: number;
  diffID?: Digest;
}

/** By purl, in the order of code units. */
export function componentsOf(input: SbomInput): SbomComponent[] {
  const found = new Map<string, SbomComponent>();
  const diffIDs = new Map(input.image.layers.map(({ index, diffID }) => [index, diffID]));
  const add = (item: Omit<SbomComponent, 'places'>, path: string, layer: number): void => {
    const diffID = diffIDs.get(layer);
    const place: SbomPlace = { path: `/${path}`, layer, ...(diffID && { diffID }) };
    const known = found.get(item.purl);
    if (!known) {
      found.set(item.purl, { ...item, places: [place] });
      return;
    }
    if (!known.licence && item.licence) known.licence = item.licence;
    known.dev &&= item.dev;
    if (!known.places.some((other) => other.path === place.path && other.layer === layer)) known.places.push(place);
  };
  for (const { name, version, type, purl, licence, vendor, database, layer } of input.packages) {
    const stated = licenceOf(licence);
    const more = { ...(stated && { licence: stated }), ...(vendor && { supplier: vendor }) };
    add({ kind: 'os-package', purl, type, name, version, dev: false, ...more }, database, layer);
  }
  for (const { name, version, type, purl, licence, location, layer, dev } of input.languagePackages) {
    const stated = licenceOf(licence);
    const more = stated ? { licence: stated } : {};
    add({ kind: 'language-package', purl, type, name, version, dev: dev ?? false, ...more }, location, layer);
  }
  for (const { name, version, purl, path, layer } of input.runtimes)
    add({ kind: 'runtime', purl, type: 'generic', name, version, dev: false }, path, layer);
  const components = [...found.values()].sort((a, b) => byCodeUnit(a.purl, b.purl));
  for (const { places } of components) places.sort((a, b) => a.layer - b.layer || byCodeUnit(a.path, b.path));
  return components;
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
