import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import { lastPart } from '../copied.ts';
import { dockerfileOf, instructionsOf, isBuilt, placeIn, ships } from '../dockerfile.ts';
import { namesOf, tableOf } from '../hits.ts';
import { wildcard } from '../wild.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const hits: Hit[] = [];
  for (const { stage, args } of instructionsOf(dockerfile, 'COPY', 'ADD')) {
    if (!isBuilt(dockerfile, stage)) continue;
    for (const word of args.slice(0, -1)) {
      const what = secretBy(word.value, context);
      if (what === undefined) continue;
      const own = ships(dockerfile, stage);
      hits.push({
        ...(!own && { variant: 'feeds', severity: 'medium' as const }),
        data: { name: word.value.slice(-80), what },
        evidence: [placeIn(dockerfile, stage, word)],
      });
    }
  }
  return hits;
};

/** By the last part of the path, and by its folders where they are what holds secrets. */
function secretBy(path: string, context: CheckContext): string | undefined {
  if (/^[a-z]+:\/\//i.test(path)) return undefined;
  const last = lastPart(path);
  if (last === '' || last.endsWith('.pub')) return undefined;
  if (namesOf(context, 'harmless').some((pattern) => wildcard(pattern, last))) return undefined;
  for (const [pattern, what] of tableOf(context, 'names')) if (wildcard(pattern, last)) return what;
  return undefined;
}
