import type { Facts } from '../../types/facts.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { atLeastOne, inConfig, listed, unknownHit } from '../hits.ts';
import { heldHit, heldOf } from '../services.ts';
import { installHits, softwareLeft, softwareOf } from '../software.ts';
import { formatBytes } from '../template.ts';
import { layersOf, sum } from '../weight.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  return dockerfile
    ? installHits(dockerfile, softwareLeft(dockerfile, softwareOf(context, 'kernel')))
    : inImage(facts, context);
};

const kinds = new Set(['kernel', 'modules', 'boot-loader', 'firmware']);

function inImage(facts: Facts, context: CheckContext): Hit[] {
  const { hostParts } = facts;
  if (!hostParts.known) return unknownHit(hostParts.reason, inConfig('/rootfs'));
  const held = heldOf(facts, softwareOf(context, 'kernel'));
  const names = new Set(held.map(({ name }) => name));
  const parts = hostParts.value.filter(({ kind, package: owner }) => kinds.has(kind) && !names.has(owner ?? ''));
  const [hit] = heldHit(held);
  const places = parts.map(
    ({ path, layer, files, bytes }): Evidence => ({
      ...{ at: 'file', path, layer },
      note: `${files} files, ${formatBytes(bytes)}`,
    }),
  );
  const evidence = [...(hit?.evidence ?? []), ...places];
  if (!atLeastOne(evidence)) return [];
  const all = [...names, ...parts.map(({ path }) => `/${path}`)];
  const bytes = sum([...held, ...parts]);
  return [
    {
      variant: 'image',
      data: { names: listed(all), count: all.length, bytes, layers: layersOf([...held, ...parts]) },
      evidence,
    },
  ];
}
