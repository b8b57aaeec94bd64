/** Bases recognised by the bytes of their layers, whatever the image says of itself. */
import { parseReference } from '../image/reference.ts';
import type { BaseIdentity, KnownBase } from '../types/base.ts';
import type { Fact, LayerInfo } from '../types.ts';
import type { FactContext } from './context.ts';

/** The known base whose layers are the image's lowest; of several the one with the most layers, then the latest. */
export function knownBase(context: FactContext): Extract<Fact<BaseIdentity>, { known: true }> | undefined {
  const { layers } = context.image;
  let best: { base: KnownBase; count: number } | undefined;
  for (const base of context.data['known-bases'].bases) {
    const count = matching(base, layers);
    if (count === 0) continue;
    if (!best || count > best.count || (count === best.count && base.created > best.base.created))
      best = { base, count };
  }
  if (!best) return undefined;
  const { base, count } = best;
  const value: BaseIdentity = {
    kind: 'image',
    reference: parseReference(base.image),
    via: 'layers',
    confidence: 'high',
    layers: count,
    line: base.line,
    released: base.created,
  };
  return {
    known: true,
    value,
    evidence: [{ at: 'config', pointer: `/rootfs/diff_ids/${count - 1}`, document: 'config', note: base.image }],
  };
}

/** How many layers the base has, where they are the lowest ones of the image; else 0. Both digests were computed from the bytes. */
function matching({ diffIDs, digests }: KnownBase, layers: readonly LayerInfo[]): number {
  const fits = (wanted: string[] | undefined, of: (layer: LayerInfo) => string) =>
    wanted !== undefined &&
    wanted.length > 0 &&
    wanted.length <= layers.length &&
    wanted.every((digest, index) => of(layers[index]!) === digest);
  if (fits(diffIDs, ({ diffID }) => diffID)) return diffIDs!.length;
  return fits(digests, ({ digest }) => digest) ? digests!.length : 0;
}
