import type { WastedFile } from '../../types/inventory.ts';
import type { Check } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import { atLeastOne, inConfig, listed, numberOf, unknownHit } from '../hits.ts';

export const check: Check = ({ waste, image }, context) => {
  if (!waste.known) return unknownHit(waste.reason, inConfig('/rootfs'));
  const { bytes, total, efficiency, heaviest } = waste.value;
  const share = total > 0 ? bytes / total : 0;
  if (bytes < numberOf(context, 'minimumBytes')) return [];
  if (share < numberOf(context, 'minimumShare') && bytes < numberOf(context, 'alwaysBytes')) return [];
  const steps = new Map(image.layers.map(({ index, createdBy }) => [index, createdBy]));
  const shown = heaviest.filter((file, i) => i === 0 || file.bytes >= numberOf(context, 'shownBytes'));
  const evidence = shown.map(
    (file): Evidence => ({ at: 'file', path: file.path, layer: file.layer, note: noteOf(file, steps) }),
  );
  if (!atLeastOne(evidence)) return [];
  const data = {
    bytes,
    total,
    // A tenth of a percent, never up to 100.
    efficiency: Math.floor(efficiency * 1000) / 10,
    names: listed(
      heaviest.map(({ path }) => `/${path}`),
      numberOf(context, 'named'),
    ),
    layer: heaviest[0]!.by ?? heaviest[0]!.layer,
  };
  return [{ data, evidence }];
};

function noteOf(
  { bytes, how, by, of, copies = 0 }: WastedFile,
  steps: ReadonlyMap<number, string | undefined>,
): string {
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  if (how === 'duplicate') return `${size}: the same as /${of}${copies > 2 ? `, ${copies} copies in all` : ''}`;
  const step = by === undefined ? undefined : steps.get(by);
  return `${size}, ${how} by layer ${by}${step ? `: ${step.replace(/\s+/g, ' ').slice(0, 120)}` : ''}`;
}
