/** What hits say of things that have bytes and a layer: heaviest first, their sum, and the layers that brought them. */
import type { Evidence } from '../types.ts';
import { listed } from './hits.ts';

/** Something found in the image. */
export interface Weighed {
  name: string;
  /** What goes with it, without what else would go. */
  bytes: number;
  layer: number;
  evidence: Evidence;
}

/** The names of a hit, the bytes that they free, and the layers that brought them. */
export function weighed(items: readonly Weighed[]): {
  data: { names: string; count: number; bytes: number; layers: string };
  evidence: Evidence[];
} {
  const sorted = [...items].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return {
    data: {
      names: listed(sorted.map(({ name }) => name)),
      count: new Set(sorted.map(({ name }) => name)).size,
      bytes: sum(sorted),
      layers: layersOf(sorted),
    },
    evidence: sorted.map(({ evidence }) => evidence),
  };
}

/** `layer 0`, `layers 0, 3`: lowest first. */
export function layersOf(items: readonly { layer: number }[]): string {
  const layers = [...new Set(items.map(({ layer }) => layer))].sort((a, b) => a - b);
  return `${layers.length === 1 ? 'layer' : 'layers'} ${listed(layers.map(String))}`;
}

/** Bytes of all of them. */
export function sum(items: readonly { bytes: number }[]): number {
  return items.reduce((total, { bytes }) => total + bytes, 0);
}
