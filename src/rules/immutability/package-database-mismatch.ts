import type { Facts } from '../../types/facts.ts';
import type { DatabaseDrift } from '../../types/inventory.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import { atLeastOne, listed, numberOf } from '../hits.ts';

export const check: Check = (facts, context) => {
  const { databaseDrift: drift } = facts;
  // A database that cannot be read is package-database-missing's to say.
  const found = drift.known ? drift.value : [];
  return [...replacedHit(found, context), ...unownedHit(facts, context), ...hollowHit(facts, found, context)];
};

/** Machine code alone: a script or a setting is edited in place for good reasons. */
function replacedHit(drift: readonly DatabaseDrift[], context: CheckContext): Hit[] {
  const replaced = drift.filter(({ how, kind }) => how === 'replaced' && (kind === 'elf' || kind === 'library'));
  const evidence = replaced.map(
    ({ path, layer, package: owner }): Evidence => ({ at: 'file', path, layer, note: owner }),
  );
  if (!atLeastOne(evidence)) return [];
  const names = listed(
    replaced.map(({ path }) => `/${path}`),
    numberOf(context, 'named'),
  );
  const packages = listed(
    replaced.map(({ package: owner }) => owner),
    numberOf(context, 'named'),
  );
  return [{ data: { count: replaced.length, names, packages }, evidence }];
}

/** What the image is there to run is the workload, wherever it lies; what names its own parts can be listed all the same. */
function unownedHit(facts: Facts, context: CheckContext): Hit[] {
  const { unownedExecutables: unowned, workload, languagePackages } = facts;
  if (!unowned.known) return [];
  const started = new Set(languagePackages.known ? languagePackages.value.map(({ location }) => location) : []);
  if (workload.known) {
    for (const path of workload.value.paths) started.add(path);
    for (const { program } of workload.value.commands) if (program !== undefined) started.add(program);
  }
  const strange = unowned.value.filter(({ path, kind }) => kind === 'elf' && !started.has(path));
  const evidence = strange.map(({ path, layer }): Evidence => ({ at: 'file', path, layer }));
  if (!atLeastOne(evidence)) return [];
  const names = listed(
    strange.map(({ path }) => `/${path}`),
    numberOf(context, 'named'),
  );
  // Where the start could not be followed to its end, one of them may be the workload.
  const followed = workload.known && workload.value.complete;
  return [
    {
      variant: 'unowned',
      data: { count: strange.length, names },
      evidence,
      ...(!followed && { confidence: 'low' as const }),
    },
  ];
}

/** Removed by hand: scanners then report too much. Only a database without its system is stranger than that. */
function hollowHit({ packages }: Facts, drift: readonly DatabaseDrift[], context: CheckContext): Hit[] {
  const whole = drift.filter((item) => item.whole);
  const names = [...new Set(whole.map(({ package: owner }) => owner))];
  const evidence = names.map((name): Evidence => {
    const { path, layer } = whole.find((item) => item.package === name)!;
    return { at: 'file', path, layer, note: name };
  });
  if (!atLeastOne(evidence)) return [];
  const all = packages.known ? packages.value.length : 0;
  const many = all > 0 && names.length >= all * numberOf(context, 'hollowShare');
  return [
    {
      variant: 'hollow',
      data: { count: names.length, names: listed(names, numberOf(context, 'named')) },
      evidence,
      ...(!many && { confidence: 'low' as const }),
    },
  ];
}
