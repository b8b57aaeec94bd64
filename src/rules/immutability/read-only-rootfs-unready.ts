import type { Check } from '../../types/rule.ts';
import { atLeastOne, inConfig, listed, unknownHit } from '../hits.ts';
import { isWindows } from '../users.ts';

/** Only what a program is known to fail without, and what no VOLUME declares. */
export const check: Check = (facts) => {
  const { surface } = facts;
  // Windows containers have no such setting.
  if (isWindows(facts)) return [];
  if (!surface.known) return unknownHit(surface.reason, inConfig('/config/Volumes'));
  const needed = surface.value.mounts.filter(({ need }) => need === 'must');
  const evidence = needed.map((mount) => ({ ...mount.evidence, note: `${mount.kind}: ${mount.why}` }));
  if (!atLeastOne(evidence)) return [];
  return [
    {
      data: {
        count: needed.length,
        paths: listed(needed.map(({ path, kind }) => `/${path} (${kind})`)),
      },
      evidence,
    },
  ];
};
