/** Files that a COPY or ADD brings into the image, told by their names: a source that is named so, or one that lies in what is copied. */
import type { Facts } from '../types/facts.ts';
import type { CheckContext, Hit } from '../types/rule.ts';
import type { CriticalKind } from '../types/secrets.ts';
import { criticalHits } from './critical-files.ts';
import { dockerfileOf, instructionsOf, placeIn, ships } from './dockerfile.ts';
import { flagOf, listed, namesOf } from './hits.ts';
import { wildcard } from './wild.ts';

/** Of an image the files themselves, of a Dockerfile what it copies by name. */
export function fileHits(facts: Facts, context: CheckContext, kind: CriticalKind): Hit[] {
  return facts.image.kind === 'dockerfile' ? copiedHits(facts, context) : criticalHits(facts, kind);
}

/** For rules whose parameters hold `copied` (patterns for the last part of a path), `harmless` and `named`. */
function copiedHits(facts: Facts, context: CheckContext): Hit[] {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const patterns = namesOf(context, 'copied');
  const harmless = namesOf(context, 'harmless');
  const named = flagOf(context, 'named');
  const fits = (path: string): boolean => {
    const name = lastPart(path);
    return patterns.some((one) => wildcard(one, name)) && !harmless.some((one) => wildcard(one, name));
  };
  const hits: Hit[] = [];
  for (const { index, stage, flags, args } of instructionsOf(dockerfile, 'COPY', 'ADD')) {
    if (!ships(dockerfile, stage) || flags.some(({ name }) => name === 'from')) continue;
    for (const [at, word] of args.slice(0, -1).entries()) {
      if (/^[a-z]+:\/\//i.test(word.value)) continue;
      const evidence: Hit['evidence'] = [placeIn(dockerfile, stage, word)];
      const source = dockerfile.context?.sources.find((one) => one.instruction === index && one.arg === at);
      const inside = source?.notable.filter(fits) ?? [];
      if (inside.length > 0)
        hits.push({ variant: 'inside', data: { count: inside.length, names: listed(inside, 5) }, evidence });
      else if (named && fits(word.value) && !source?.ignored && !source?.missing)
        hits.push({ variant: 'copied', data: { name: word.value.slice(-80) }, evidence });
    }
  }
  return hits;
}

/** In lower case; '' where there is none. */
export function lastPart(path: string): string {
  const parts = path.toLowerCase().split('/');
  return parts.findLast((part) => part !== '' && part !== '.') ?? '';
}
