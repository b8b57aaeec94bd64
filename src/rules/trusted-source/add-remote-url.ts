import type { Check, Hit } from '../../types/rule.ts';
import { dockerfileOf, instructionsOf, isBuilt, placeIn } from '../dockerfile.ts';
import { shownUrl } from '../urls.ts';

export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const hits: Hit[] = [];
  for (const { stage, flags, args } of instructionsOf(dockerfile, 'ADD')) {
    if (!isBuilt(dockerfile, stage) || flags.some(({ name, value }) => name === 'checksum' && value)) continue;
    for (const word of args.slice(0, -1)) {
      // A Git repository has its own form, and its commit for a checksum.
      if (!/^https?:\/\//i.test(word.value) || /\.git(?:#|\?|$)/.test(word.value)) continue;
      hits.push({ data: { url: shownUrl(word.value) }, evidence: [placeIn(dockerfile, stage, word)] });
    }
  }
  return hits;
};
