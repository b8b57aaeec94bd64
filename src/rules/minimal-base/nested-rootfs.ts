import type { Check, Hit } from '../../types/rule.ts';
import type { HostPart } from '../../types/services.ts';
import type { Evidence } from '../../types.ts';
import { atLeastOne, inConfig, listed, unknownHit } from '../hits.ts';
import { layersOf, sum } from '../weight.ts';

export const check: Check = ({ hostParts }) => {
  if (!hostParts.known) return unknownHit(hostParts.reason, inConfig('/rootfs'));
  const of = (kind: HostPart['kind']) => hostParts.value.filter((part) => part.kind === kind);
  // A package that brings a file system in a file needs it: an emulator's firmware, an installer's stage.
  const disks = of('disk').filter((part) => part.package === undefined);
  return [...hitsOf(of('rootfs'), {}), ...hitsOf(disks, { variant: 'disk', confidence: 'medium', severity: 'medium' })];
};

function hitsOf(parts: readonly HostPart[], more: Partial<Hit>): Hit[] {
  const evidence = parts.map(
    ({ path, layer, note }): Evidence => ({ ...{ at: 'file', path, layer }, ...(note !== undefined && { note }) }),
  );
  if (!atLeastOne(evidence)) return [];
  return [
    {
      ...more,
      data: {
        names: listed(parts.map(({ path }) => `/${path}`)),
        count: parts.length,
        bytes: sum(parts),
        layers: layersOf(parts),
      },
      evidence,
    },
  ];
}
