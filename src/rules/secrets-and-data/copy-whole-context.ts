import type { Check, Hit } from '../../types/rule.ts';
import { dockerfileOf, instructionsOf, placeIn, ships } from '../dockerfile.ts';
import { listed } from '../hits.ts';

/** Where the context can be seen, only what lies in it is a fault; where nothing is kept out and nothing lies there, there is none yet. */
export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const { context } = dockerfile;
  const hits: Hit[] = [];
  for (const { index, stage, flags, args, keyword } of instructionsOf(dockerfile, 'COPY', 'ADD')) {
    if (!ships(dockerfile, stage) || flags.some(({ name }) => name === 'from')) continue;
    const at = args.slice(0, -1).findIndex(({ value }) => /^(?:\.\/?|\/|\.\/\*|\*)$/.test(value));
    const word = args[at];
    if (!word) continue;
    const evidence: Hit['evidence'] = [placeIn(dockerfile, stage, word, keyword)];
    const source = context?.sources.find((one) => one.instruction === index && one.arg === at);
    if (!source) hits.push({ variant: 'unseen', data: {}, evidence, confidence: 'low' });
    else if (source.notable.length > 0)
      hits.push({ data: { names: listed(source.notable, 5), count: source.notable.length }, evidence });
    else if (context?.ignoreFile === undefined && source.files > 0)
      hits.push({ variant: 'noIgnore', data: {}, evidence, confidence: 'low' });
  }
  return hits;
};
