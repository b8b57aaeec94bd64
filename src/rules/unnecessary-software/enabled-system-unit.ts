import type { Check } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import { atLeastOne, inConfig, listed, unknownHit } from '../hits.ts';
import { heldOf, startedOf } from '../services.ts';
import { softwareOf } from '../software.ts';

export const check: Check = (facts, context) => {
  const { systemUnits } = facts;
  if (!systemUnits.known) return unknownHit(systemUnits.reason, inConfig('/rootfs'));
  const kind = softwareOf(context, 'init');
  const present = heldOf(facts, kind).length > 0;
  const { main } = startedOf(facts, context);
  const running = present && (kind.programs ?? []).includes(main);
  // Packages enable their units when they are installed, also where nothing will ever start them.
  const units = systemUnits.value.filter((unit) => present || unit.package === undefined);
  const evidence = units.map(
    ({ path, layer, package: owner }): Evidence => ({
      ...{ at: 'file', path, layer },
      ...(owner !== undefined && { note: `package ${owner}` }),
    }),
  );
  if (!atLeastOne(evidence)) return [];
  const data = { names: listed(units.map(({ name }) => name)), count: units.length };
  if (running) return [{ data, evidence }];
  return [{ variant: present ? 'idle' : 'unused', data, evidence, confidence: 'low', severity: 'low' }];
};
