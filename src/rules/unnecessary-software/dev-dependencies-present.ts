import type { LanguagePackage } from '../../types/inventory.ts';
import type { Check, Hit } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import { atLeastOne, inConfig, listed, tableOf, unknownHit } from '../hits.ts';

/** Places shown of the packages of one kind. */
const mostPlaces = 50;

/** One hit for each ecosystem, the heaviest packages first; what an application's own files mark, and nothing by its name alone. */
export const check: Check = ({ languagePackages }, context) => {
  if (!languagePackages.known) return unknownHit(languagePackages.reason, inConfig('/rootfs'), { confidence: 'low' });
  const byType = new Map<string, LanguagePackage[]>();
  for (const item of languagePackages.value) {
    // What a distribution packages is its own affair.
    if (!item.dev || item.package !== undefined) continue;
    const list = byType.get(item.type);
    if (list) list.push(item);
    else byType.set(item.type, [item]);
  }
  const names = tableOf(context, 'ecosystems');
  return [...byType].flatMap(([type, items]): Hit[] => {
    const heaviest = items.toSorted((a, b) => b.size - a.size);
    const evidence = heaviest.slice(0, mostPlaces).map(
      ({ location, layer, name, version }): Evidence => ({
        ...{ at: 'file', path: location, layer },
        note: `${name} ${version}`,
      }),
    );
    const size = items.reduce((sum, item) => sum + item.size, 0);
    const data = {
      ...{ count: items.length, ecosystem: names.get(type) ?? type, size },
      names: listed(heaviest.map(({ name }) => name)),
    };
    return atLeastOne(evidence) ? [{ ...(size === 0 && { variant: 'unsized' }), data, evidence }] : [];
  });
};
