/** What builds and package managers leave in an image, by group (residue.yaml). */
import type { Facts } from '../types/facts.ts';
import type { Residue } from '../types/inventory.ts';
import type { CheckContext, Hit } from '../types/rule.ts';
import type { ResidueData, ResidueKind } from './data.ts';
import { atLeastOne, dataOf, inConfig, numberOf, unknownHit } from './hits.ts';
import { formatBytes } from './template.ts';
import { sum, weighed } from './weight.ts';

/** Residue with the kind that it is of. */
export interface Found extends Residue {
  of: ResidueKind;
}

/** All of one group, or the hit that says why it is not known. */
export function residueOf(
  { residue }: Facts,
  context: CheckContext,
  group: ResidueKind['group'],
): { known: true; items: Found[] } | { known: false; hits: Hit[] } {
  if (!residue.known) return { known: false, hits: unknownHit(residue.reason, inConfig('/rootfs')) };
  const kinds = new Map(dataOf<ResidueData>(context, 'residue').kinds.map((kind) => [kind.kind, kind]));
  const items = residue.value.flatMap((item) => {
    const of = kinds.get(item.kind);
    return of?.group === group ? [{ ...item, of }] : [];
  });
  return { known: true, items };
}

/** One hit for all of it; none where it weighs less than `leastBytes`. */
export function residueHit(found: readonly Found[], context: CheckContext, more: Partial<Hit> = {}): Hit[] {
  if (sum(found) < numberOf(context, 'leastBytes')) return [];
  const { data, evidence } = weighed(
    found.map((item) => ({
      name: item.of.title,
      bytes: item.bytes,
      layer: item.layer,
      evidence: { at: 'file', path: item.path, layer: item.layer, note: noteOf(item) },
    })),
  );
  const files = found.reduce((total, item) => total + item.files, 0);
  return atLeastOne(evidence) ? [{ data: { ...data, files }, evidence, ...more }] : [];
}

function noteOf({ bytes, of, package: owner, deletedIn }: Found): string {
  const parts = [`${of.title}, ${formatBytes(bytes)}`];
  if (owner !== undefined) parts.push(`package ${owner}`);
  if (deletedIn !== undefined) parts.push(`deleted in layer ${deletedIn}`);
  return parts.join(', ');
}
